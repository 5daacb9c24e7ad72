#include "commands/wait_options.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/common_flags.h"
#include "commands/api_servers.h"
#include "config/lint.h"
#include "document/tree.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};
constexpr std::string_view kSha256 = "sha256:";
constexpr std::size_t kShortestHash = 12;  // as status shows it
constexpr std::size_t kWholeHash = 64;

// As status and metrics show it: with or without "sha256:", whole or only the beginning.
Result<std::string> parse_hash(const cli::ParsedFlags& flags, const std::string& name) {
  const std::string& given = flags.get_string(name);
  if (given.empty()) return given;
  const std::string_view digits = std::string_view(given).substr(given.starts_with(kSha256) ? kSha256.size() : 0);
  if (digits.size() < kShortestHash || digits.size() > kWholeHash ||
      digits.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return fail(ErrorKind::usage, fmt::format("Invalid {} value ({}). Must be the hash of a key ID as \"status -o wide\" shows it, like "
                                              "sha256:0123456789ab; it is no key ID.",
                                              name, given));
  return fmt::format("{}{}", kSha256, digits);
}

// Any of the flags that say more about it asks for it, too.
bool asks_for_keys(const cli::ParsedFlags& flags) {
  for (const char* name : {"kms-provider", "key-id-hash", "former-key-id-hash", "kms-margin"})
    if (flags.was_set(name)) return true;
  return flags.get_bool("kms");
}

Result<control_plane::KeyDemand> parse_keys(const cli::ParsedFlags& flags) {
  control_plane::KeyDemand demand{.provider = flags.get_string("kms-provider")};
  TRY_ASSIGN(demand.wanted, parse_hash(flags, "key-id-hash"));
  TRY_ASSIGN(demand.former, parse_hash(flags, "former-key-id-hash"));
  demand.margin = flags.get_duration("kms-margin");
  if (demand.provider.empty() && !(demand.wanted.empty() && demand.former.empty()))
    return fail(ErrorKind::usage, "say with --kms-provider of which KMS provider the key is");
  return demand;
}

// A file that no server loads, whatever its version, would be waited for in vain.
Result<void> check_file(const std::string& file) {
  TRY_ASSIGN(const SecretBytes text, read_file(file, document::kMaxDocument));
  const auto error = config::first_error(text.view(), {.kms_v1_gate = true});
  if (!error || !config::first_error(text.view(), {.minor = config::Server::kOldestMinor, .kms_v1_gate = true})) return {};
  return fail(ErrorKind::config, fmt::format("{}:{}: no API server loads this file: {}. `config lint` says what to write instead",
                                             file, error->line, error->message));
}

}  // namespace

Result<WaitOptions> parse_wait(const cli::ParsedFlags& flags) {
  WaitOptions options{.timeout = flags.get_duration("timeout")};
  WaitDemand& demand = options.demand;
  demand.file = flags.get_string("config");
  TRY_ASSIGN(options.output, parse_output(flags, kFormats));
  if (!flags.positionals().empty())
    return fail(ErrorKind::usage, "wait takes no arguments; give the file with --config");
  TRY_ASSIGN(options.api_servers, parse_api_servers(flags.get_list("api-server")));
  if (asks_for_keys(flags)) {
    TRY_ASSIGN(demand.keys, parse_keys(flags));
  } else if (demand.file.empty()) {
    return fail(ErrorKind::usage, "--config is needed, the file that the API servers are to run; or --kms, after a KMS key was changed");
  }
  if (demand.file.empty()) return options;
  TRY(check_file(demand.file));
  TRY_ASSIGN(const auto ring, encryption::read_key_ring(demand.file, encryption::KeyBytes::leave));
  demand.configuration = ring.hash();
  return options;
}

cli::FlagTable wait_flags() {
  return {{.name = "config",
           .help = "The EncryptionConfiguration file that the API servers should be running, byte for byte.",
           .value = cli::file()},
          {.name = "kms",
           .kind = cli::FlagKind::boolean,
           .help = "Wait until all API servers use the key that their KMS v2 plugins have now, and none may write under a former one. "
                   "Give it after the key was changed in the KMS."},
          {.name = "kms-provider", .help = "Wait for the key of this KMS v2 provider alone, by its name in the configuration."},
          {.name = "key-id-hash",
           .help = "The hash of the ID of the key that they are to go over to, or its first 12 digits. Needs --kms-provider."},
          {.name = "former-key-id-hash",
           .help = "The hash of the ID of the key that they are to leave, as status -o wide has shown it before the change, or its "
                   "first 12 digits. Needs --kms-provider."},
          {.name = "kms-margin",
           .kind = cli::FlagKind::duration,
           .default_value = "1m",
           .help = "How much longer to wait than the 3 minutes for which an API server may still write under the former key. More is "
                   "needed where plugins learn of a new key late; those 3 minutes it cannot shorten."},
          {.name = "timeout",
           .kind = cli::FlagKind::duration,
           .default_value = "10m",
           .help = "The length of time to wait before giving up. Zero means check once and don't wait."},
          api_server_flag("Just these are asked. Without it they are looked for."),
          document_output_flag("json, yaml"),
          template_flags()[0],
          template_flags()[1]};
}

}  // namespace kencrypt::commands
