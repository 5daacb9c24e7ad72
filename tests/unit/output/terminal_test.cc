// terminal, confirm and format: what stands between the user and a command.
#include "output/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "base/file.h"
#include "output/confirm.h"
#include "output/format.h"

using namespace kencrypt;
using namespace kencrypt::output;

TEST_CASE("colour needs a terminal, no NO_COLOR and a TERM that is not dumb", "[output]") {
  using enum ColourChoice;
  const ColourInputs plain{.is_terminal = true, .no_color = false, .term = "xterm"};
  CHECK(use_colour(automatic, plain));
  CHECK_FALSE(use_colour(never, plain));
  CHECK_FALSE(use_colour(automatic, {.is_terminal = false, .no_color = false, .term = "xterm"}));
  CHECK(use_colour(always, {.is_terminal = false, .no_color = true, .term = "dumb"}));
  CHECK_FALSE(use_colour(automatic, {.is_terminal = true, .no_color = true, .term = "xterm"}));
  CHECK_FALSE(use_colour(automatic, {.is_terminal = true, .no_color = false, .term = "dumb"}));
}

TEST_CASE("a file is no terminal", "[output]") {
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(is_terminal(null.get()));
  CHECK_FALSE(terminal_width(null.get()));
  CHECK_FALSE(is_terminal(-1));
}

TEST_CASE("a terminal tells its width", "[output]") {
  const UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY));
  REQUIRE(terminal.valid());
  CHECK(is_terminal(terminal.get()));
  CHECK_FALSE(terminal_width(terminal.get()));  // 0: not known
  winsize size{};
  size.ws_col = 97;
  REQUIRE(::ioctl(terminal.get(), TIOCSWINSZ, &size) == 0);
  CHECK(terminal_width(terminal.get()) == 97);
}

TEST_CASE("only yes is yes", "[output]") {
  const std::pair<std::string, bool> rows[] = {
      {"y\n", true},
      {"Y\n", true},
      {"yes\n", true},
      {" YES \r\n", true},
      {"n\n", false},
      {"\n", false},
      {"yep\n", false},
      {"y y\n", false},
      {"", false},
      {"y", false},  // the end of input before the end of the line
      {std::string(1000, 'y') + "\n", false},
  };
  for (const auto& [typed, proceeds] : rows) {
    CAPTURE(typed);
    std::istringstream in(typed);
    std::ostringstream out;
    CHECK(confirm(in, out) == proceeds);
    CHECK(out.str().starts_with("Do you want to continue? (y/N): "));
    CHECK(out.str().ends_with("\n") == (typed.find('\n') == std::string::npos));
  }
}

TEST_CASE("a long answer is not read to its end", "[output]") {
  std::istringstream in(std::string(1'000'000, 'y'));
  std::ostringstream out;
  CHECK_FALSE(confirm(in, out));
  CHECK(in.tellg() == static_cast<std::streamoff>(kMaxAnswer + 1));
}

TEST_CASE("the flag -o names one of the formats a command allows", "[output]") {
  constexpr Format kAllowed[] = {Format::json, Format::yaml, Format::wide};
  constexpr std::string_view kOthers[] = {"jsonpath", "zeta"};
  CHECK(parse_format("", kAllowed, {}).value() == Format::table);
  CHECK(parse_format("table", kAllowed, {}).value() == Format::table);
  CHECK(parse_format("json", kAllowed, {}).value() == Format::json);
  CHECK(parse_format("JSON", kAllowed, {}).value() == Format::json);
  CHECK(parse_format("Yaml", kAllowed, {}).value() == Format::yaml);
  CHECK(parse_format("yaml", kAllowed, {}).value() == Format::yaml);
  CHECK(parse_format("wide", kAllowed, {}).value() == Format::wide);
  for (const char* wrong : {"name", "Wide", "x", "JSON ", "jsonpath"}) {
    const auto refused = parse_format(wrong, kAllowed, kOthers);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
    CHECK(refused.error().message == "unable to match a printer suitable for the output format \"" +
                                         std::string(wrong) +
                                         "\", allowed formats are: json,jsonpath,wide,yaml,zeta");
  }
  CHECK(format_names(kAllowed) == "json, yaml, wide");
}
