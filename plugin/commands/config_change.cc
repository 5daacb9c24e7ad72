#include "commands/config_change.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "base/sha256.h"
#include "base/text.h"
#include "commands/config_file.h"
#include "commands/exit_code.h"
#include "commands/new_key.h"
#include "commands/operands.h"
#include "commands/removal_proof.h"
#include "config/change.h"
#include "config/template.h"
#include "output/printable.h"

namespace kencrypt::commands {
namespace {

using config::Type;

Result<config::Template> wanted_template(const cli::ParsedFlags& flags, Environment& environment) {
  config::Template wanted;
  for (const std::string_view name : split(flags.get_string("resources"), ',')) wanted.resources.emplace_back(trim(name));
  TRY_ASSIGN(const auto type, parse_provider(flags.get_string("provider")));
  wanted.type = type.value_or(Type::secretbox);
  if (wanted.type != Type::kms) {
    TRY(refuse_kms_flags(flags));
    TRY_ASSIGN(wanted.name, wanted_key_name(flags, environment));
    TRY_ASSIGN(wanted.secret, new_key_secret());
    return wanted;
  }
  TRY_ASSIGN(config::NewKms kms, wanted_kms(flags));
  wanted.name = std::move(kms.name);
  wanted.endpoint = std::move(kms.endpoint);
  return wanted;
}

void say(Environment& environment, const std::string& line) { environment.out << output::printable(line) << '\n'; }

void say_hash(Environment& environment, const std::string& file, std::string_view text) {
  say(environment, fmt::format("{} is {} now, which API servers report once they have it", file, sha256_label(text)));
}

Result<void> save(const std::string& path, const ConfigFile& file, const SecretBytes& changed, const std::string& done,
                  Environment& environment) {
  TRY_ASSIGN(const std::string backup, file.replace(changed.view(), environment.clock.wall()));
  say(environment, done);
  say_hash(environment, path, changed.view());
  say(environment, fmt::format("The file as it was, with its keys: {}", backup));
  return {};
}

std::unexpected<Error> about(const std::string& path, Error error) { return wrap(std::move(error), path); }

Result<int> add_key_to(const std::string& path, std::optional<Type> provider, const cli::ParsedFlags& flags,
                       Environment& environment) {
  config::NewKey key{.provider = provider, .name = {}, .secret = {}};
  TRY_ASSIGN(const ConfigFile file, ConfigFile::open(path));
  TRY_ASSIGN(key.name, free_key_name(flags, environment, [&](const std::string& name) { return config::has_key(file.text(), name); }));
  TRY_ASSIGN(key.secret, new_key_secret());
  const auto changed = config::add_key(file.text(), key);
  if (!changed) return about(path, changed.error());
  TRY(save(path, file, *changed, fmt::format("Added the key {} to {}: it reads, and does not write yet", key.name, path),
           environment));
  say(environment, fmt::format("Next: when every API server has the file, config promote {} {}", key.name, path));
  return kDone;
}

Result<int> add_kms_to(const std::string& path, const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const config::NewKms kms, wanted_kms(flags));
  TRY_ASSIGN(const ConfigFile file, ConfigFile::open(path));
  const auto changed = config::add_kms(file.text(), kms);
  if (!changed) return about(path, changed.error());
  std::vector<std::string> names;
  while (names.size() < config::entry_count(file.text())) names.push_back("kmsv2/" + kms_name_in_entry(kms, names.size()));
  TRY(save(path, file, *changed,
           fmt::format("Added {} to {}: it reads, and does not write yet", fmt::join(names, ", "), path), environment));
  say(environment, fmt::format("Next: when every API server has the file and reaches the plugin, as wait --config {} sees, "
                               "config promote {} {}",
                               path, names.front(), path));
  return kDone;
}

}  // namespace

Result<int> run_config_init(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "FILE", 1));
  const std::string& path = operands.front();
  TRY_ASSIGN(const config::Template wanted, wanted_template(flags, environment));
  TRY_ASSIGN(const SecretBytes text, config::render(wanted));
  TRY(create_config_file(path, text.view()));
  say(environment, fmt::format("Wrote {}: {} are written with {}/{}", path, fmt::join(wanted.resources, ", "),
                               config::type_name(wanted.type), wanted.name));
  say_hash(environment, path, text.view());
  say(environment, "Next: have every API server load it with --encryption-provider-config, as manifest patch does, then run rewrite");
  return kDone;
}

Result<int> run_config_add_key(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "FILE", 1));
  TRY_ASSIGN(const auto provider, parse_provider(flags.get_string("provider")));
  if (provider == Type::kms) return add_kms_to(operands.front(), flags, environment);
  TRY(refuse_kms_flags(flags));
  return add_key_to(operands.front(), provider, flags, environment);
}

Result<int> run_config_promote(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "KEY FILE", 2));
  const std::string& path = operands[1];
  TRY_ASSIGN(const config::KeyName key, config::parse_key_name(operands[0]));
  TRY_ASSIGN(const ConfigFile file, ConfigFile::open(path));
  const auto changed = config::promote_key(file.text(), key);
  if (!changed) return about(path, changed.error());
  TRY(save(path, file, *changed, fmt::format("The key {} writes now, by {}", display(key), path), environment));
  say(environment, "Next: when every API server has the file, rewrite; only then the old key may go, with config remove-key");
  return kDone;
}

Result<int> run_config_remove_key(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "KEY FILE", 2));
  const std::string& path = operands[1];
  TRY_ASSIGN(const config::KeyName key, config::parse_key_name(operands[0]));
  TRY_ASSIGN(const ConfigFile file, ConfigFile::open(path));
  const auto changed = config::remove_key(file.text(), key);
  if (!changed) return about(path, changed.error());
  if (flags.get_bool("force")) {
    warn_of_removal(operands[0], environment);
  } else {
    TRY_ASSIGN(const int code, prove_removal(operands[0], path, flags, environment));
    if (code != kDone) return code;
  }
  TRY(save(path, file, *changed, fmt::format("Removed the key {} from {}", display(key), path), environment));
  say(environment, "Next: give every API server the file");
  return kDone;
}

cli::FlagTable config_init_flags() {
  cli::FlagTable flags = {{.name = "provider",
           .default_value = "secretbox",
           .help = "The provider: secretbox, aesgcm, aescbc or kms.",
           .value = cli::one_of({"secretbox", "aesgcm", "aescbc", "kms"})},
          key_name_flag(),
          {.name = "resources",
           .default_value = "secrets",
           .help = "What is to be encrypted, with commas, as secrets,configmaps or *.*."}};
  for (cli::Flag& flag : kms_flags()) flags.push_back(std::move(flag));
  return flags;
}

cli::FlagTable config_add_key_flags() {
  cli::FlagTable flags = {
      {.name = "provider",
       .help = "The provider of the new key: secretbox, aesgcm or aescbc, by default the one that has keys already; or kms, for a "
               "KMS v2 plugin.",
       .value = cli::one_of({"secretbox", "aesgcm", "aescbc", "kms"})},
      key_name_flag()};
  for (cli::Flag& flag : kms_flags()) flags.push_back(std::move(flag));
  return flags;
}

}  // namespace kencrypt::commands
