#include "commands/targets.h"

#include "cli/common_flags.h"

namespace kencrypt::commands {

cli::FlagTable target_flags() {
  return {cli::all_namespaces_flag(), cli::selector_flag(), cli::field_selector_flag(), cli::chunk_size_flag()};
}

Result<std::size_t> parse_chunk_size(const cli::ParsedFlags& flags) {
  const std::int64_t objects = flags.get_int("chunk-size");
  if (objects < 0) return fail(ErrorKind::usage, "--chunk-size must not be negative");
  return static_cast<std::size_t>(objects);
}

}  // namespace kencrypt::commands
