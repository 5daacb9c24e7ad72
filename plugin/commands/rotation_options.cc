#include "commands/rotation_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "cli/common_flags.h"
#include "commands/etcd_session.h"
#include "commands/new_key.h"
#include "commands/preflight.h"
#include "commands/removal_proof.h"
#include "commands/rewrite_flags.h"
#include "commands/rotation_files.h"

namespace kencrypt::commands {
namespace {

using rotation::Operation;

constexpr std::string_view kHash = "sha256:";

cli::FlagTable wish_flags(Operation operation) {
  if (operation == Operation::disable) return {};
  const bool enable = operation == Operation::enable;
  cli::FlagTable flags = {
      {.name = "provider",
       .default_value = enable ? "secretbox" : "",
       .help = enable ? "The provider of the new key: secretbox, aesgcm, aescbc or kms."
                      : "The provider of the new key: secretbox, aesgcm, aescbc or kms. By default the one that has keys already.",
       .value = cli::one_of({"secretbox", "aesgcm", "aescbc", "kms"})},
      key_name_flag()};
  std::ranges::move(kms_flags(), std::back_inserter(flags));
  if (!enable) return flags;
  flags.push_back({.name = "resources",
                   .default_value = "secrets",
                   .help = "What a new file is to encrypt, with commas, as secrets,configmaps or *.*."});
  flags.push_back({.name = "manifest",
                   .help = "On a control plane host: the manifest of its API server, which is patched so that it loads the file "
                           "(docs/manifest.md), with automatic reload.",
                   .value = cli::file({"yaml", "yml", "json"})});
  return flags;
}

cli::FlagTable step_flags(Operation operation) {
  cli::FlagTable flags = {
      {.name = "timeout",
       .kind = cli::FlagKind::duration,
       .default_value = "10m",
       .help = "How long to wait each time for the API servers to load the file. Zero means look once."},
      {.name = "push-command",
       .help = "A shell command that is run with the path of the file behind it whenever some API server does not run the file, "
               "to bring it to all of them."},
      {.name = "assume-converged",
       .help = "The beginning of a file's hash, of at least 12 digits: you have made sure yourself that every API server runs "
               "that file, where the program cannot know. It holds for no other version of the file. \"none\": that none "
               "runs an encryption configuration yet."},
      {.name = "gone-server",
       .kind = cli::FlagKind::list,
       .help = "The ID of an API server that was seen earlier and is gone for good, as apiserver-x; give the flag once for "
               "each. Without it every one that was ever seen is waited for."},
      cli::yes_flag(), cli::dry_run_flag()};
  if (operation != Operation::enable)
    flags.insert(flags.begin() + 1, {.name = "archive",
                                     .help = "Where the old keys are kept. By default beside the file, as FILE.archive-KEY.",
                                     .value = cli::file()});
  return flags;
}

Result<std::string> parse_assumed(const std::string& text) {
  if (text.empty() || text == "none") return text;
  const std::string_view digits = std::string_view(text).substr(text.starts_with(kHash) ? kHash.size() : 0);
  const bool hex = std::ranges::all_of(digits, [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!hex || digits.size() < kMinAssumed)
    return fail(ErrorKind::usage, fmt::format("--assume-converged takes \"none\" or at least {} digits of a file's hash", kMinAssumed));
  return std::string(kHash) + to_lower(digits);
}

Result<bool> parse_plan_only(const cli::ParsedFlags& flags) {
  TRY_ASSIGN(const cli::DryRunChoice choice, cli::dry_run(flags));
  if (choice.mode == cli::DryRun::server)
    return fail(ErrorKind::usage, "--dry-run=server: no API server can try this; --dry-run=client shows what would be done");
  return choice.mode == cli::DryRun::client;
}

// To go on with what is under way nothing of it need be said again.
Result<void> parse_kms(const cli::ParsedFlags& flags, RotationOptions& options) {
  if (options.operation == Operation::disable) return {};
  TRY_ASSIGN(const auto type, parse_provider(options.provider));
  if (type != config::Type::kms) return refuse_kms_flags(flags);
  TRY_ASSIGN(const config::NewKms kms, wanted_kms(flags));
  options.kms_name = kms.name;
  options.kms_endpoint = kms.endpoint;
  return {};
}

Result<void> check(const cli::ParsedFlags& flags) {
  if (flags.was_set("namespace"))
    return fail(ErrorKind::usage, "--namespace: keys are those of all namespaces");
  if (!flags.positionals().empty())
    return fail(ErrorKind::usage, fmt::format("{} is no word for this command: give the file with --config", flags.positionals().front()));
  return {};
}

}  // namespace

cli::FlagTable rotation_flags(Operation operation) {
  cli::FlagTable flags = {rotation_file_flag()};
  const auto add = [&flags](cli::FlagTable more) { std::ranges::move(more, std::back_inserter(flags)); };
  add(wish_flags(operation));
  add(step_flags(operation));
  add(proof_flags());
  add(rewrite_pace_flags());
  add(preflight_flags());
  return flags;
}

cli::Flag rotation_file_flag() {
  return {.name = "config",
          .help = "The EncryptionConfiguration: on a control plane host that of its API server, elsewhere a copy to work on.",
          .value = cli::file({"yaml", "yml", "json"})};
}

Result<std::filesystem::path> parse_rotation_file(const cli::ParsedFlags& flags) {
  TRY(check(flags));
  if (flags.get_string("config").empty())
    return fail(ErrorKind::usage, "--config is needed: the EncryptionConfiguration that is to be changed");
  return real_path(flags.get_string("config"));
}

Result<RotationOptions> parse_rotation(Operation operation, const cli::ParsedFlags& flags) {
  RotationOptions options{.operation = operation};
  if (operation != Operation::disable) options.provider = flags.get_string("provider");
  TRY(parse_kms(flags, options));
  if (operation == Operation::enable) {
    for (const std::string_view name : split(flags.get_string("resources"), ',')) options.resources.emplace_back(trim(name));
    options.manifest = flags.get_string("manifest");
  } else {
    options.archive = flags.get_string("archive");
  }
  options.timeout = flags.get_duration("timeout");
  options.push = flags.get_string("push-command");
  TRY_ASSIGN(options.assumed, parse_assumed(flags.get_string("assume-converged")));
  options.yes = flags.get_bool("yes");
  TRY_ASSIGN(options.plan_only, parse_plan_only(flags));
  // What its steps will be given is looked at before the first of them.
  TRY(parse_rewrite_pace(flags));
  TRY(parse_preflight(flags));
  TRY_ASSIGN(options.file, parse_rotation_file(flags));
  return options;
}

}  // namespace kencrypt::commands
