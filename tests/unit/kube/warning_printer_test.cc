#include "kube/warning_printer.h"

#include <catch2/catch.hpp>

#include "kube/warning_header.h"

namespace kencrypt::kube {
namespace {

using Warnings = std::vector<ServerWarning>;

TEST_CASE("warning headers", "[warning]") {
  CHECK(parse_warnings("299 - \"hello\"") == Warnings{{299, "-", "hello"}});
  CHECK(parse_warnings("  199 agent/1 \"a \\\"b\\\" \\\\c\"  ") ==
        Warnings{{199, "agent/1", "a \"b\" \\c"}});
  CHECK(parse_warnings("299 - \"x\" \"Wed, 21 Oct 2015 07:28:00 GMT\"") ==
        Warnings{{299, "-", "x"}});
  CHECK(parse_warnings("299 - \"a, b\",299 - \"c\" \"date\" , 300 x \"d\"") ==
        Warnings{{299, "-", "a, b"}, {299, "-", "c"}, {300, "x", "d"}});
}

TEST_CASE("malformed warnings end the header", "[warning]") {
  for (const auto* text :
       {"", "299", "299 -", "299 - ", "299 - text", "299 - \"open", "299 - \"open\\", "29 - \"x\"",
        "2999 - \"x\"", "abc - \"x\"", "-99 - \"x\"", "299  \"x\"", "299 - \"x\" \"open",
        "299 - \"x\" more", "299 - \"\x1b[31mred\""}) {
    INFO(text);
    CHECK(parse_warnings(text).empty());
  }
  CHECK(parse_warnings("299 - \"a\", nonsense, 299 - \"b\"") == Warnings{{299, "-", "a"}});
}

struct Rig {
  std::vector<std::string> lines;
  WarningPrinter printer;
  explicit Rig(WarningColor color = WarningColor::none)
      : printer([this](std::string_view line) { lines.emplace_back(line); }, color) {}
  void head(std::vector<std::string> values) {
    http::ResponseHead head{200, {{"content-type", "299 - \"no\""}}};
    for (std::string& value : values) head.headers.push_back({"warning", std::move(value)});
    printer.on_head(1, head);
  }
};

TEST_CASE("each warning for people is shown once", "[warning]") {
  Rig rig;
  rig.head({"299 - \"a\"", "299 - \"b\", 199 - \"not for people\""});
  rig.head({"299 - \"a\"", "299 - \"\""});
  CHECK(rig.lines == std::vector<std::string>{"Warning: a", "Warning: b"});
  CHECK(rig.printer.count() == 2);
}

TEST_CASE("warnings in colour", "[warning]") {
  Rig rig(WarningColor::yellow);
  rig.head({"299 - \"a\""});
  CHECK(rig.lines.at(0) == "\x1b[33;1mWarning:\x1b[0m a");
}

TEST_CASE("different warnings without end are cut off", "[warning]") {
  Rig rig;
  for (int i = 0; i < 1000; ++i) rig.head({"299 - \"" + std::to_string(i) + "\""});
  CHECK(rig.lines.size() == kMaxWarnings);
  CHECK(rig.printer.count() == kMaxWarnings);
}

}  // namespace
}  // namespace kencrypt::kube
