#include "cli/command_line.h"

#include <catch2/catch.hpp>

#include "cli/go_quote.h"
#include "cli/suggest.h"

using namespace kencrypt;
using namespace kencrypt::cli;

namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kCommands[] = {"rewrite", "status", "version", "options"};

FlagTable table() {
  return {{.name = "namespace", .letter = 'n', .help = "h"},
          {.name = "all-namespaces", .letter = 'A', .kind = FlagKind::boolean, .help = "h"},
          {.name = "dry-run", .help = "h", .without_value = "unchanged"}};
}

}  // namespace

TEST_CASE("the displayed name follows argv[0]", "[cli]") {
  const std::pair<const char*, const char*> rows[] = {
      {"kubectl-encrypt", "kubectl encrypt"},
      {"/root/.krew/bin/kubectl-encrypt", "kubectl encrypt"},
      {"./kubectl-encrypt_at_rest", "kubectl encrypt-at-rest"},
      {"/tmp/unit_tests", "kubectl encrypt"},
      {"kubectl-other", "kubectl encrypt"},
      {"kubectl-", "kubectl encrypt"},
      {"/usr/bin/kubectl_complete-encrypt", "kubectl encrypt"},
      {"kubectl_complete-encrypt_at_rest", "kubectl encrypt-at-rest"},
      {"kubectl_complete-other", "kubectl encrypt"},
      {"", "kubectl encrypt"},
      {"/", "kubectl encrypt"},
  };
  for (const auto& [argv0, name] : rows) {
    CAPTURE(argv0);
    CHECK(command_name(argv0) == name);
  }
}

TEST_CASE("the files of the plugin and its completer follow the name", "[cli]") {
  CHECK(plugin_file("kubectl encrypt") == "kubectl-encrypt");
  CHECK(plugin_file("kubectl encrypt-at-rest") == "kubectl-encrypt_at_rest");
  CHECK(completer_file("kubectl encrypt") == "kubectl_complete-encrypt");
  CHECK(completer_file("kubectl encrypt-at-rest") == "kubectl_complete-encrypt_at_rest");
  CHECK(is_completer("/x/kubectl_complete-encrypt"));
  CHECK_FALSE(is_completer("/kubectl_complete-/kubectl-encrypt"));
  CHECK_FALSE(is_completer(""));
}

TEST_CASE("the command is the first word that is no flag's value", "[cli]") {
  struct Row {
    Words words;
    const char* command;
    Words arguments;
  };
  const Row rows[] = {
      {{}, "", {}},
      {{"status"}, "status", {}},
      {{"status", "-A", "x"}, "status", {"-A", "x"}},
      {{"-A", "status"}, "status", {"-A"}},
      {{"-n", "prod", "status", "x"}, "status", {"-n", "prod", "x"}},
      {{"-nprod", "status"}, "status", {"-nprod"}},
      {{"--namespace", "prod", "status"}, "status", {"--namespace", "prod"}},
      {{"--namespace=prod", "status"}, "status", {"--namespace=prod"}},
      {{"--all_namespaces", "status"}, "status", {"--all_namespaces"}},
      {{"--dry-run", "rewrite"}, "rewrite", {"--dry-run"}},
      {{"--unknown", "value", "status"}, "status", {"--unknown", "value"}},
      {{"-n"}, "", {"-n"}},
      {{"--", "status"}, "", {"--", "status"}},
      {{"--help"}, "", {"--help"}},
  };
  const FlagTable flags = table();
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const CommandLine line = split_command(flags, row.words);
    CHECK(line.command == row.command);
    CHECK(line.arguments == row.arguments);
  }
}

TEST_CASE("edit distance", "[cli]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("status", "satus") == 1);
  CHECK(edit_distance("ab", "ba") == 2);
  CHECK(edit_distance(std::string(1000, 'a'), "") == kMaxCompared);
}

TEST_CASE("a mistyped command brings suggestions", "[cli]") {
  CHECK(suggest("stats", kCommands) == std::vector<std::string_view>{"status"});
  CHECK(suggest("STATSU", kCommands) == std::vector<std::string_view>{"status"});
  CHECK(suggest("re", kCommands) == std::vector<std::string_view>{"rewrite"});
  CHECK(suggest("delete", kCommands).empty());
  CHECK(suggest("", kCommands).empty());
}

TEST_CASE("an unknown command is refused in cobra's words", "[cli]") {
  const Error likely = unknown_command("kubectl encrypt", "stats", kCommands);
  CHECK(likely.kind == ErrorKind::usage);
  CHECK(likely.message ==
        "unknown command \"stats\" for \"kubectl encrypt\"\n\nDid you mean this?\n\tstatus\n");
  CHECK(unknown_command("kubectl encrypt", "delete", kCommands).message ==
        "unknown command \"delete\" for \"kubectl encrypt\"");
}

TEST_CASE("text is quoted as Go quotes it", "[cli]") {
  CHECK(go_quote("a\"b\\c\n\x01\x7f'") == R"("a\"b\\c\n\x01\x7f'")");
  CHECK(go_quote("ä") == "\"ä\"");
  CHECK(go_quote_char('x') == "'x'");
  CHECK(go_quote_char('\'') == R"('\'')");
  CHECK(go_quote_char('"') == "'\"'");
  CHECK(go_quote_char('\t') == R"('\t')");
  CHECK(go_quote_char('\xc3') == "'Ã'");
  CHECK(go_quote_char('\xff') == "'ÿ'");
  CHECK(go_quote_char('\xad') == R"('\u00ad')");
  CHECK(go_quote_char('\x80') == R"('\u0080')");
}
