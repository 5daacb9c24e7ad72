// Who may see colours: by --color, and else by stream, NO_COLOR and TERM.
#include "commands/colour.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "cli/global_flags.h"
#include "cli/parse.h"
#include "fakes/fake_clock.h"
#include "output/terminal.h"

namespace kencrypt::commands {
namespace {

Colours colours(std::vector<std::string> words, std::vector<std::string> variables,
                Terminals terminals) {
  std::istringstream in;
  std::ostringstream out;
  const fakes::FakeClock clock;
  const Environment environment{.program = "kubectl encrypt",
                                .arguments = {},
                                .variables = Variables(std::move(variables)),
                                .in = in,
                                .out = out,
                                .err = out,
                                .terminals = terminals,
                                .clock = clock,
                                .connect = {},
                                .watch_interrupts = {}};
  const auto flags = cli::parse_flags(cli::global_flags(), words);
  REQUIRE(flags);
  return choose_colours(*flags, environment).value();
}

TEST_CASE("each stream has colours for itself", "[colour]") {
  const Terminals both{.in = true, .out = true, .err = true, .columns = 80};
  const Terminals only_err{.in = true, .out = false, .err = true, .columns = 80};
  const auto check = [](const Colours& found, bool out, bool err) {
    CHECK(found.out == out);
    CHECK(found.err == err);
  };
  check(colours({}, {"TERM=xterm"}, both), true, true);
  check(colours({}, {"TERM=xterm"}, only_err), false, true);
  check(colours({}, {"TERM=xterm"}, {}), false, false);
  check(colours({}, {"TERM=dumb"}, both), false, false);
  check(colours({}, {"TERM=xterm", "NO_COLOR=1"}, both), false, false);
  check(colours({}, {"TERM=xterm", "NO_COLOR="}, both), false, false);
  check(colours({"--color=never"}, {"TERM=xterm"}, both), false, false);
  check(colours({"--color=always"}, {"TERM=dumb", "NO_COLOR=1"}, {}), true, true);
  check(colours({"--color", "auto"}, {"TERM=xterm"}, both), true, true);
}

TEST_CASE("warnings have kubectl's label", "[colour]") {
  CHECK(output::warning_label(false) == "Warning: ");
  CHECK(output::warning_label(true) == "\x1b[33;1mWarning:\x1b[0m ");
}

}  // namespace
}  // namespace kencrypt::commands
