#include "cli/parse.h"

#include <catch2/catch.hpp>

#include "cli/normalise.h"

using namespace kencrypt;
using namespace kencrypt::cli;

namespace {

using Words = std::vector<std::string>;

FlagTable table() {
  return {
      {.name = "output", .letter = 'o', .help = "h"},
      {.name = "namespace", .letter = 'n', .help = "h"},
      {.name = "all-namespaces", .letter = 'A', .kind = FlagKind::boolean, .help = "h"},
      {.name = "wait", .kind = FlagKind::boolean, .default_value = "true", .help = "h"},
      {.name = "v", .letter = 'v', .kind = FlagKind::integer, .default_value = "0", .help = "h"},
      {.name = "chunk-size", .kind = FlagKind::integer, .default_value = "500", .help = "h"},
      {.name = "as-group", .kind = FlagKind::list, .help = "h"},
      {.name = "dry-run", .default_value = "none", .help = "h", .without_value = "unchanged"},
      {.name = "timeout", .kind = FlagKind::duration, .default_value = "0", .help = "h"},
  };
}

// A command line and the value that the named flag has afterwards.
struct TextRow {
  Words words;
  const char* flag;
  const char* value;
  Words positionals = {};
};

struct BoolRow {
  Words words;
  const char* flag;
  bool value;
  Words positionals = {};
};

struct IntRow {
  Words words;
  const char* flag;
  std::int64_t value;
  Words positionals = {};
};

struct ErrorRow {
  Words words;
  const char* message;
};

ParsedFlags parse(const Words& words) {
  const FlagTable flags = table();
  auto parsed = parse_flags(flags, words);
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

}  // namespace

TEST_CASE("text flags are read as pflag reads them", "[cli]") {
  const TextRow rows[] = {
      {{}, "output", ""},
      {{"--output=json"}, "output", "json"},
      {{"--output", "json"}, "output", "json"},
      {{"-ojson"}, "output", "json"},
      {{"-o", "json"}, "output", "json"},
      {{"-o=json"}, "output", "json"},
      {{"-o="}, "output", "="},  // so in pflag
      {{"-o=="}, "output", "="},
      {{"--output="}, "output", ""},
      {{"--output", ""}, "output", ""},
      {{"--output=a=b"}, "output", "a=b"},
      {{"--output", "--wait=false"}, "output", "--wait=false"},
      {{"-o", "-A"}, "output", "-A"},
      {{"--output", "--"}, "output", "--"},
      {{"--output=a\nb"}, "output", "a\nb"},
      {{"--output=a", "--output=b"}, "output", "b"},
      {{"-o", "a", "--output=b", "-oc"}, "output", "c"},
      {{"-An", "prod"}, "namespace", "prod"},
      {{"-Anprod"}, "namespace", "prod"},
      {{"-An=prod"}, "namespace", "prod"},
      {{"pods", "-n", "prod", "web"}, "namespace", "prod", {"pods", "web"}},
      {{"-n", "a", "--", "-n", "b"}, "namespace", "a", {"-n", "b"}},
      {{"--"}, "namespace", ""},
      {{"--", "--"}, "namespace", "", {"--"}},
      {{"-", ""}, "namespace", "", {"-", ""}},
      {{"--dry-run"}, "dry-run", "unchanged"},
      {{"--dry_run=server"}, "dry-run", "server"},
      {{"--dry-run", "server"}, "dry-run", "unchanged", {"server"}},
      {{"--dry-run="}, "dry-run", ""},
      {{}, "dry-run", "none"},
  };
  for (const TextRow& row : rows) {
    CAPTURE(row.words, row.flag);
    const ParsedFlags parsed = parse(row.words);
    CHECK(parsed.get_string(row.flag) == row.value);
    CHECK(parsed.positionals() == row.positionals);
  }
}

TEST_CASE("boolean flags are read as pflag reads them", "[cli]") {
  const BoolRow rows[] = {
      {{}, "all-namespaces", false},
      {{"-A"}, "all-namespaces", true},
      {{"-A=false"}, "all-namespaces", false},
      {{"-A=0"}, "all-namespaces", false},
      {{"--all-namespaces"}, "all-namespaces", true},
      {{"--all_namespaces"}, "all-namespaces", true},
      {{"--all-namespaces=false"}, "all-namespaces", false},
      {{"--all-namespaces=T"}, "all-namespaces", true},
      {{"--all-namespaces=TRUE"}, "all-namespaces", true},
      {{"--all-namespaces=1"}, "all-namespaces", true},
      {{"--all-namespaces", "false"}, "all-namespaces", true, {"false"}},
      {{"-A", "-A=false"}, "all-namespaces", false},
      {{"-Av6"}, "all-namespaces", true},
      {{}, "wait", true},
      {{"--wait=F"}, "wait", false},
      {{"--wait=FALSE"}, "wait", false},
  };
  for (const BoolRow& row : rows) {
    CAPTURE(row.words, row.flag);
    const ParsedFlags parsed = parse(row.words);
    CHECK(parsed.get_bool(row.flag) == row.value);
    CHECK(parsed.positionals() == row.positionals);
  }
}

TEST_CASE("integer flags are read as pflag reads them", "[cli]") {
  const IntRow rows[] = {
      {{}, "v", 0},
      {{"-v=6"}, "v", 6},
      {{"-v6"}, "v", 6},
      {{"-v", "6"}, "v", 6},
      {{"--v=6"}, "v", 6},
      {{"--v", "6"}, "v", 6},
      {{"-Av6"}, "v", 6},
      {{"-Av=6", "pods"}, "v", 6, {"pods"}},
      {{"-v", "6", "-v", "8"}, "v", 8},
      {{}, "chunk-size", 500},
      {{"--chunk-size=0"}, "chunk-size", 0},
      {{"--chunk-size=-1"}, "chunk-size", -1},
      {{"--chunk-size", "-1"}, "chunk-size", -1},
      {{"--chunk-size=999999999999999999"}, "chunk-size", 999999999999999999},
  };
  for (const IntRow& row : rows) {
    CAPTURE(row.words, row.flag);
    const ParsedFlags parsed = parse(row.words);
    CHECK(parsed.get_int(row.flag) == row.value);
    CHECK(parsed.positionals() == row.positionals);
  }
}

TEST_CASE("a list flag is repeated, and commas do not split it", "[cli]") {
  CHECK(parse({}).get_list("as-group").empty());
  CHECK(parse({"--as-group", "a,b"}).get_list("as-group") == Words{"a,b"});
  CHECK(parse({"--as-group=a", "--as_group", "b,c", "--as-group="}).get_list("as-group") ==
        Words{"a", "b,c", ""});
}

TEST_CASE("a duration flag takes Go's durations", "[cli]") {
  using namespace std::chrono_literals;
  CHECK(parse({}).get_duration("timeout") == 0s);
  CHECK(parse({"--timeout=1m30s"}).get_duration("timeout") == 90s);
}

TEST_CASE("a flag given with its default counts as set", "[cli]") {
  CHECK_FALSE(parse({}).was_set("v"));
  CHECK(parse({"-v=0"}).was_set("v"));
  CHECK_FALSE(parse({"-v=0"}).was_set("output"));
  CHECK(parse({"--as-group=a"}).was_set("as-group"));
  CHECK(parse({"-A=false"}).was_set("all-namespaces"));
}

TEST_CASE("a wrong command line is refused in pflag's words", "[cli]") {
  const ErrorRow rows[] = {
      {{"--foo"}, "unknown flag: --foo"},
      {{"--foo=bar"}, "unknown flag: --foo"},
      {{"-xyz"}, "unknown shorthand flag: 'x' in -xyz"},
      {{"-Axyz"}, "unknown shorthand flag: 'x' in -xyz"},
      {{"-x=3"}, "unknown shorthand flag: 'x' in -x=3"},
      {{"-A="}, "unknown shorthand flag: '=' in -="},
      {{"---foo"}, "bad flag syntax: ---foo"},
      {{"--=x"}, "bad flag syntax: --=x"},
      {{"--namespace"}, "flag needs an argument: --namespace"},
      {{"--as_group"}, "flag needs an argument: --as_group"},
      {{"-n"}, "flag needs an argument: 'n' in -n"},
      {{"pods", "-An"}, "flag needs an argument: 'n' in -n"},
      {{"-v=abc"},
       "invalid argument \"abc\" for \"-v, --v\" flag: strconv.ParseInt: parsing \"abc\": invalid "
       "syntax"},
      {{"-vA"},
       "invalid argument \"A\" for \"-v, --v\" flag: strconv.ParseInt: parsing \"A\": invalid "
       "syntax"},
      {{"-v="},
       "invalid argument \"=\" for \"-v, --v\" flag: strconv.ParseInt: parsing \"=\": invalid "
       "syntax"},
      {{"--chunk-size="},
       "invalid argument \"\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"\": invalid "
       "syntax"},
      {{"--chunk-size=9999999999999999999999"},
       "invalid argument \"9999999999999999999999\" for \"--chunk-size\" flag: strconv.ParseInt: "
       "parsing \"9999999999999999999999\": value out of range"},
      // 64 bits overflow here to a number that looks sound.
      {{"--chunk-size=22000000000000000000"},
       "invalid argument \"22000000000000000000\" for \"--chunk-size\" flag: strconv.ParseInt: "
       "parsing \"22000000000000000000\": value out of range"},
      {{"-A=maybe"},
       "invalid argument \"maybe\" for \"-A, --all-namespaces\" flag: strconv.ParseBool: parsing "
       "\"maybe\": invalid syntax"},
      {{"--all-namespaces="},
       "invalid argument \"\" for \"-A, --all-namespaces\" flag: strconv.ParseBool: parsing \"\": "
       "invalid syntax"},
      {{"--timeout=5x"},
       "invalid argument \"5x\" for \"--timeout\" flag: time: invalid duration \"5x\""},
      // The first mistake is the one that is told.
      {{"-v=abc", "--foo"},
       "invalid argument \"abc\" for \"-v, --v\" flag: strconv.ParseInt: parsing \"abc\": invalid "
       "syntax"},
      {{"--foo", "-v=abc"}, "unknown flag: --foo"},
      {{"-v=abc", "-v=1"},
       "invalid argument \"abc\" for \"-v, --v\" flag: strconv.ParseInt: parsing \"abc\": invalid "
       "syntax"},
  };
  const FlagTable flags = table();
  for (const ErrorRow& row : rows) {
    CAPTURE(row.words);
    const auto parsed = parse_flags(flags, row.words);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().message == row.message);
    CHECK(parsed.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a flag that waits for its value, and the end of flags, are told", "[cli]") {
  struct Row {
    Words words;
    const char* waiting;  // "" : none
    bool terminated = false;
  };
  const Row rows[] = {{{"--output"}, "output"},
                      {{"-o"}, "output"},
                      {{"-Ao"}, "output"},
                      {{"x", "--as_group"}, "as-group"},
                      {{"-A"}, ""},
                      {{"--dry-run"}, ""},
                      {{"--output="}, ""},
                      {{"--output", "x"}, ""},
                      {{"--foo"}, ""},
                      {{"--foo", "--output"}, ""},
                      {{"--", "--output"}, "", true},
                      {{"--output", "--"}, ""}};
  const FlagTable flags = table();
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const NormalisedArguments read = normalise(flags, row.words);
    CHECK((read.waiting == nullptr ? "" : read.waiting->name) == row.waiting);
    CHECK(read.terminated == row.terminated);
  }
}

TEST_CASE("a value of a million bytes is taken whole", "[cli]") {
  const std::string value(1'000'000, 'x');
  CHECK(parse({"--output=" + value}).get_string("output") == value);
}
