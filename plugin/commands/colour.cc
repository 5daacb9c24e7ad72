#include "commands/colour.h"

#include <fmt/format.h>

#include <ostream>

#include "output/terminal.h"

namespace kencrypt::commands {
namespace {

Result<output::ColourChoice> parse_choice(const std::string& text) {
  if (text == "auto") return output::ColourChoice::automatic;
  if (text == "always") return output::ColourChoice::always;
  if (text == "never") return output::ColourChoice::never;
  return fail(
      ErrorKind::usage,
      fmt::format("Invalid color value ({}). Must be \"auto\", \"always\", or \"never\".", text));
}

}  // namespace

Result<Colours> choose_colours(const cli::ParsedFlags& flags, const Environment& environment) {
  TRY_ASSIGN(const output::ColourChoice choice, parse_choice(flags.get_string("color")));
  const std::string term = environment.variables.find("TERM").value_or("");
  const bool no_color = environment.variables.is_set("NO_COLOR");
  const auto allowed = [&](bool is_terminal) {
    return output::use_colour(choice,
                              {.is_terminal = is_terminal, .no_color = no_color, .term = term});
  };
  return Colours{.out = allowed(environment.terminals.out),
                 .err = allowed(environment.terminals.err)};
}

void warn(Environment& environment, std::string_view sentence) {
  environment.err << output::warning_label(environment.colours.err) << sentence << '\n';
}

}  // namespace kencrypt::commands
