#include "output/table.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "output/printable.h"

using namespace kencrypt::output;

namespace {

std::string text(const Table& table, TableStyle style = {}) {
  std::ostringstream out;
  table.write(out, style);
  return out.str();
}

Table table() {
  Table table({{"NAME"}, {"DETAIL", true}, {"N"}, {"AGE"}});
  table.add_row({"web", "x", "1", "5d"});
  table.add_row({"database", "yy", "20000", "10s"});
  return table;
}

}  // namespace

TEST_CASE("columns are at least six wide, three apart, and the last is not padded", "[output]") {
  CHECK(text(table()) ==
        "NAME       N       AGE\n"
        "web        1       5d\n"
        "database   20000   10s\n");
}

TEST_CASE("wide columns show with -o wide", "[output]") {
  CHECK(text(table(), {.headers = true, .wide = true}) ==
        "NAME       DETAIL   N       AGE\n"
        "web        x        1       5d\n"
        "database   yy       20000   10s\n");
}

TEST_CASE("a table without headers", "[output]") {
  CHECK(text(table(), {.headers = false, .wide = false}) ==
        "web        1       5d\n"
        "database   20000   10s\n");
}

TEST_CASE("an empty table prints nothing", "[output]") {
  CHECK(text(Table({{"NAME"}})) == "");
  CHECK(Table({{"NAME"}}).empty());
  CHECK_FALSE(table().empty());
}

TEST_CASE("headers alone, for those who want them", "[output]") {
  CHECK(text(Table({{"NAME"}, {"N"}}), {.headers_alone = true}) == "NAME   N\n");
  CHECK(text(Table({{"NAME"}}), {.headers = false, .headers_alone = true}) == "");
}

TEST_CASE("colours do not move columns, and leave headers and nothings alone", "[output]") {
  Table table({{"NAME"}, {"BAD", false, Colour::red}, {"AGE"}});
  table.add_row({"a", "12", "1d"});
  table.add_row({"b", "0", "1d"});
  table.add_row({"c", "<none>", "1d"});
  CHECK(text(table, {.colour = true}) ==
        "NAME   BAD      AGE\n"
        "a      \x1b[31m12\x1b[0m       1d\n"
        "b      0        1d\n"
        "c      <none>   1d\n");
  CHECK(text(table).find('\x1b') == std::string::npos);
}

TEST_CASE("rows are made as long as the header", "[output]") {
  Table table({{"A"}, {"B"}});
  table.add_row({"1"});
  table.add_row({"1", "2", "3"});
  CHECK(text(table) == "A     B\n1     \n1     2\n");
}

TEST_CASE("cells are cut at a line break and cannot steer the terminal", "[output]") {
  Table table({{"A"}, {"B"}});
  table.add_row({"one\ntwo", "a\rb"});
  table.add_row({"\x1b[31m", "a\tb\f"});
  CHECK(text(table) ==
        "A        B\n"
        "one...   a...\n"
        "^[[31m   a^Ib...\n");
}

TEST_CASE("a column is as wide as its code points", "[output]") {
  Table table({{"A"}, {"B"}});
  table.add_row({"äöü", "1"});
  table.add_row({"abcd", "2"});
  CHECK(text(table) == "A      B\näöü    1\nabcd   2\n");
}

TEST_CASE("bytes that are not UTF-8 are replaced one by one", "[output]") {
  const std::string r = "\xef\xbf\xbd";
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},
      {"plain ä € 😀", "plain ä € 😀"},
      {"\xff", r},
      {"\x80"
       "a",
       r + "a"},
      {"\xc3", r},
      {"\xc0\xaf", r + r},          // overlong
      {"\xe0\x80\xaf", r + r + r},  // overlong
      {"\xed\xa0\x80", r + r + r},  // a surrogate
      {"\xed\x9f\xbf", "\xed\x9f\xbf"},
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"\xf4\x90\x80\x80", r + r + r + r},  // beyond U+10FFFF
      {"\xf0\x8f\xbf\xbf", r + r + r + r},  // overlong
      {"\xe2\x82"
       "a",
       r + r + "a"},
      {"\xe2\x28\xa1", r + "(" + r},
      {std::string("a\0b", 3), std::string("a\0b", 3)},
  };
  for (const auto& [bytes, valid] : rows) {
    CAPTURE(bytes);
    CHECK(valid_utf8(bytes) == valid);
  }
}

TEST_CASE("control characters are made visible", "[output]") {
  CHECK(printable("a\x1b[2J\n\r\t\x07\x7f") == "a^[[2J^J^M^I^G^?");
  CHECK(printable(std::string(1, '\0')) == "^@");
  CHECK(printable("\xc2\x9b"
                  "2J") ==
        "\xef\xbf\xbd"
        "2J");  // CSI as one character
  CHECK(printable("\xc2\xa0ä") == "\xc2\xa0ä");
}

TEST_CASE("text is cut between code points", "[output]") {
  CHECK(cut_to_width("abc", 2) == "ab");
  CHECK(cut_to_width("abc", 3) == "abc");
  CHECK(cut_to_width("abc", 9) == "abc");
  CHECK(cut_to_width("abc", 0) == "");
  CHECK(cut_to_width("äöü", 2) == "äö");
  CHECK(display_width("äb€") == 3);
}
