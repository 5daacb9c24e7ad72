#include "cli/parse.h"

#include "cli/normalise.h"
#include "cli/typed_values.h"

namespace kencrypt::cli {

Result<ParsedFlags> parse_flags(std::span<const Flag> flags,
                                std::span<const std::string> arguments) {
  NormalisedArguments normalised = normalise(flags, arguments);
  // Values first: they stand before the word at which normalise() stopped, and pflag reports the
  // first mistake on the line.
  TRY_ASSIGN(FlagValues values, typed_values(flags, normalised.settings));
  if (normalised.error) return std::unexpected(std::move(*normalised.error));
  return ParsedFlags(std::move(values), std::move(normalised.positionals));
}

}  // namespace kencrypt::cli
