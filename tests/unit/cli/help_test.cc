#include "cli/help.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "cli/global_flags.h"
#include "cli/wrap.h"

using namespace kencrypt;
using namespace kencrypt::cli;

namespace {

HelpPage page() {
  return {.description = "Report things.\n\nUse {program} with care.",
          .examples = {{"Show all", "{program} status -A"}, {"Show one", "{program} status x"}},
          .subcommands = {{"status", "Show the status"}, {"rewrite-everything", "Rewrite it"}},
          .usage = "{program} status [flags] [options]",
          .closing = closing_lines(true)};
}

FlagTable table() {
  return merge(
      {{.name = "target", .help = "Which one.", .group = "Target Options"},
       {.name = "namespace", .letter = 'n', .help = "The namespace.\nOne only."},
       {.name = "all", .kind = FlagKind::boolean, .help = "All of them."},
       {.name = "chunk-size", .kind = FlagKind::integer, .default_value = "500", .help = "Size."},
       {.name = "wait", .kind = FlagKind::duration, .default_value = "5s", .help = "Time."},
       {.name = "only", .kind = FlagKind::list, .help = "Filter."},
       {.name = "secret-door", .help = "Hidden.", .hidden = true}},
      global_flags());
}

std::string help(std::size_t width) {
  std::ostringstream out;
  write_help(out, page(), table(), "kubectl encrypt-at-rest", width);
  return out.str();
}

std::string global_help(std::size_t width) {
  std::ostringstream out;
  write_global_options(out, global_flags(), width);
  return out.str();
}

}  // namespace

TEST_CASE("help has kubectl's shape", "[cli]") {
  CHECK(help(kNoWrap) ==
        "Report things.\n"
        "\n"
        "Use kubectl encrypt-at-rest with care.\n"
        "\n"
        "Examples:\n"
        "  # Show all\n"
        "  kubectl encrypt-at-rest status -A\n"
        "  \n"
        "  # Show one\n"
        "  kubectl encrypt-at-rest status x\n"
        "\n"
        "Available Commands:\n"
        "  status               Show the status\n"
        "  rewrite-everything   Rewrite it\n"
        "\n"
        "Options:\n"
        "    -n, --namespace='':\n"
        "\tThe namespace.\n"
        "\tOne only.\n"
        "\n"
        "    --all=false:\n"
        "\tAll of them.\n"
        "\n"
        "    --chunk-size=500:\n"
        "\tSize.\n"
        "\n"
        "    --wait=5s:\n"
        "\tTime.\n"
        "\n"
        "    --only=[]:\n"
        "\tFilter.\n"
        "\n"
        "Target Options:\n"
        "    --target='':\n"
        "\tWhich one.\n"
        "\n"
        "Usage:\n"
        "  kubectl encrypt-at-rest status [flags] [options]\n"
        "\n"
        "Use \"kubectl encrypt-at-rest <command> --help\" for more information about a given "
        "command.\n"
        "Use \"kubectl encrypt-at-rest options\" for a list of global command-line options "
        "(applies to all commands).\n");
}

TEST_CASE("parts that a command lacks leave no trace in its help", "[cli]") {
  std::ostringstream out;
  write_help(out,
             {.description = "Do it.",
              .examples = {},
              .subcommands = {},
              .usage = "{program}",
              .closing = {}},
             {}, "kubectl encrypt", kNoWrap);
  CHECK(out.str() == "Do it.\n\nUsage:\n  kubectl encrypt\n");
}

TEST_CASE("global options have their own page", "[cli]") {
  const std::string text = global_help(kNoWrap);
  CHECK(text.starts_with("The following options can be passed to any command:\n\n    --as='':\n"));
  CHECK(text.find("    -v, --v=0:\n\tnumber for the log level verbosity\n\n") != std::string::npos);
  CHECK(text.find("--profile='none':\n") != std::string::npos);
  CHECK(text.find("(no effect here: there is no profiler)") != std::string::npos);
  CHECK(text.find("--help") == std::string::npos);
}

TEST_CASE("no line of help is wider than the terminal", "[cli]") {
  std::istringstream lines(global_help(80));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() + (line.starts_with('\t') ? 7 : 0) <= 80);
  }
}

TEST_CASE("help is as wide as kubectl's", "[cli]") {
  const std::pair<std::size_t, std::size_t> rows[] = {{0, kNoWrap}, {79, kNoWrap}, {80, 80},
                                                      {99, 80},     {100, 100},    {119, 100},
                                                      {120, 120},   {500, 120}};
  for (const auto& [columns, width] : rows) {
    CAPTURE(columns);
    CHECK(help_width(columns) == width);
  }
}

TEST_CASE("text is wrapped at blanks", "[cli]") {
  struct Row {
    const char* text;
    const char* indent;
    std::size_t width;
    const char* wrapped;
  };
  const Row rows[] = {
      {"one two three", "", kNoWrap, "one two three"},
      {"one\n\ntwo", "  ", kNoWrap, "  one\n\n  two"},
      {"one two three", "", 13, "one two three"},
      {"one two three", "", 12, "one two\nthree"},
      {"one two three", "", 7, "one two\nthree"},
      {"one two three", "", 6, "one\ntwo\nthree"},
      {"one two three", "\t", 15, "\tone two\n\tthree"},
      {"averylongword x", "", 5, "averylongword\nx"},
      {"a averylongword", "", 5, "a\naverylongword"},
      {"äää äää", "", 7, "äää äää"},
      {"one two ", "", 7, "one two"},
      {"one\n\ntwo three", "", 5, "one\n\ntwo\nthree"},
      {"ab cd", "\t", 3, "\tab\n\tcd"},
      {"", "\t", 10, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text, row.width);
    CHECK(wrap(row.text, row.indent, row.width) == row.wrapped);
  }
}
