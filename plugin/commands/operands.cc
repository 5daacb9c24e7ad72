#include "commands/operands.h"

#include <fmt/format.h>

namespace kencrypt::commands {

Result<Operands> parse_operands(const cli::ParsedFlags& flags, std::string_view names, std::size_t count) {
  const Operands& words = flags.positionals();
  if (words.size() == count) return words;
  return fail(ErrorKind::usage, fmt::format("Give {} and nothing else: {} word{} given", names, words.size(),
                                            words.size() == 1 ? " is" : "s are"));
}

}  // namespace kencrypt::commands
