#include "commands/status_options.h"

#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "cli/common_flags.h"
#include "commands/targets.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml,
                                       output::Format::wide};

// A comma-separated list, so that several findings can be watched for.
Result<FailOn> parse_fail_on(std::string_view text) {
  FailOn fail_on;
  if (text.empty() || text == "none") return fail_on;
  for (const std::string_view word : split(text, ',')) {
    if (word == "plaintext")
      fail_on.plaintext = true;
    else if (word == "stale")
      fail_on.stale = true;
    else if (word == "unknown")
      fail_on.unknown = true;
    else
      return fail(
          ErrorKind::usage,
          fmt::format("Invalid fail-on value ({}). Must be \"none\", \"plaintext\", \"stale\", or "
                      "\"unknown\", or several of them with commas.",
                      word));
  }
  return fail_on;
}

}  // namespace

cli::FlagTable status_flags() {
  cli::FlagTable flags = target_flags();
  flags.push_back({.name = "config",
                   .help =
                       "The EncryptionConfiguration file that the API servers should be running. "
                       "If its SHA-256 is the one the server reports, the write key is known from "
                       "it. Its keys are neither kept nor shown."});
  flags.push_back({.name = "fail-on",
                   .default_value = "none",
                   .help = "Exit with 2 if there are objects of this kind: none, plaintext, stale, "
                           "unknown, or several of them with commas."});
  flags.push_back(cli::output_flag("json, yaml, wide"));
  flags.push_back(cli::no_headers_flag());
  return flags;
}

Result<StatusOptions> parse_status(const cli::ParsedFlags& flags) {
  StatusOptions options;
  TRY_ASSIGN(options.format, output::parse_format(flags.get_string("output"), kFormats));
  TRY_ASSIGN(options.fail_on, parse_fail_on(flags.get_string("fail-on")));
  options.headers = !flags.get_bool("no-headers");
  const std::string& path = flags.get_string("config");
  if (!path.empty()) {
    TRY_ASSIGN(options.config, encryption::read_encryption_config(path, kube::secrets_resource()));
  }
  return options;
}

}  // namespace kencrypt::commands
