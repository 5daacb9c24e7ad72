#include "commands/complete_request.h"

#include <algorithm>
#include <exception>
#include <ostream>
#include <span>

#include "base/text.h"
#include "commands/exit_code.h"
#include "commands/live_sources.h"
#include "completion/complete.h"
#include "completion/protocol.h"

namespace kencrypt::commands {
namespace {

completion::CommandShape shape_of(const Command& command, const cli::FlagTable& globals) {
  completion::CommandShape shape{
      command.name, command.summary, cli::merge(command.flags, globals), command.arguments, {}};
  shape.runs = command.run != nullptr;
  for (const Command& one : command.subcommands) shape.subcommands.push_back(shape_of(one, globals));
  return shape;
}

completion::Program shape_of(const std::vector<Command>& commands, const cli::FlagTable& globals) {
  completion::Program program{{}, globals};
  std::vector<cli::Choice> names;
  for (const Command& one : commands) {
    program.commands.push_back(shape_of(one, globals));
    names.push_back({one.name.c_str(), one.summary.c_str()});
  }
  program.commands.push_back(
      {"help", "Help about any command", globals, cli::one_of(std::move(names)), {}});
  program.commands.push_back(
      {"options", "Print the list of global command-line options", globals, {}, {}});
  return program;
}

Duration patience(const Variables& variables) {
  const auto wanted = variables.find(kCompletionTimeVariable);
  if (!wanted) return kCompletionTime;
  return std::min(parse_duration(*wanted).value_or(kCompletionTime), kMostCompletionTime);
}

completion::Answer find_answer(const std::vector<Command>& commands, const cli::FlagTable& globals,
                               const Environment& environment) {
  const completion::Program program = shape_of(commands, globals);
  LiveSources sources(environment, environment.clock.now() + patience(environment.variables));
  return completion::complete(program, std::span(environment.arguments).subspan(1), sources);
}

}  // namespace

bool is_complete_request(const Environment& environment) {
  return !environment.arguments.empty() && (environment.arguments.front() == kComplete ||
                                            environment.arguments.front() == kCompleteBare);
}

int answer_request(const std::vector<Command>& commands, const cli::FlagTable& globals,
                   Environment& environment) {
  completion::Answer answer;
  try {
    answer = find_answer(commands, globals, environment);
  } catch (const std::exception&) {
    // A library threw where it says it does not: then there is nothing to offer.
  }
  completion::write_answer(environment.out, answer,
                           environment.arguments.front() == kCompleteBare
                               ? completion::Descriptions::without
                               : completion::Descriptions::with);
  return kDone;
}

}  // namespace kencrypt::commands
