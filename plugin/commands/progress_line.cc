#include "commands/progress_line.h"

namespace kencrypt::commands {

output::Progress progress_line(Environment& environment) {
  const std::string term = environment.variables.find("TERM").value_or("");
  return {environment.err, environment.clock, output::progress_style(environment.terminals.err, term),
          [columns = environment.terminals.columns] { return columns; }};
}

}  // namespace kencrypt::commands
