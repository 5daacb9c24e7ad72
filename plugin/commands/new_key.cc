#include "commands/new_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/base64.h"
#include "base/random.h"
#include "base/rfc3339.h"

namespace kencrypt::commands {
namespace {

using config::Type;

constexpr std::size_t kKeyBytes = 32;  // what every provider takes

}  // namespace

cli::Flag key_name_flag() {
  return {.name = "key-name",
          .help = "The name of the new key, which is stored with each value. By default key- and the day, by which lint knows "
                  "its age."};
}

// It stands in every stored value, and in the metrics of the API server.
Result<std::string> wanted_key_name(const cli::ParsedFlags& flags, const Environment& environment) {
  const std::string& given = flags.get_string("key-name");
  if (given.empty()) return "key-" + format_rfc3339(environment.clock.wall()).substr(0, 10);
  const bool plain = std::all_of(given.begin(), given.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (!plain || given.size() > 63)
    return fail(ErrorKind::usage, "--key-name takes at most 63 letters, digits, '-', '_' and '.'");
  return given;
}

// The second key of a day has another name, if none is wanted.
Result<std::string> free_key_name(const cli::ParsedFlags& flags, const Environment& environment,
                                  const std::function<bool(const std::string&)>& taken) {
  TRY_ASSIGN(const std::string wanted, wanted_key_name(flags, environment));
  std::string name = wanted;
  for (int i = 2; flags.get_string("key-name").empty() && taken(name); ++i) name = fmt::format("{}-{}", wanted, i);
  return name;
}

Result<SecretBytes> new_key_secret() {
  TRY_ASSIGN(const SecretBytes bytes, random_bytes(kKeyBytes));
  return encode_base64(bytes.view());
}

Result<std::optional<Type>> parse_provider(const std::string& text) {
  if (text.empty()) return std::optional<Type>();
  for (const Type type : {Type::secretbox, Type::aesgcm, Type::aescbc, Type::kms})
    if (text == config::type_name(type)) return std::optional(type);
  return fail(ErrorKind::usage,
              fmt::format("Invalid provider value ({}). Must be \"secretbox\", \"aesgcm\", \"aescbc\", or \"kms\".", text));
}

Result<config::NewKms> wanted_kms(const cli::ParsedFlags& flags) {
  config::NewKms kms{.name = flags.get_string("kms-name"), .endpoint = flags.get_string("kms-endpoint")};
  if (kms.name.empty() || kms.endpoint.empty())
    return fail(ErrorKind::usage, "--provider=kms needs --kms-name and --kms-endpoint, like unix:///run/kms/plugin.sock");
  if (flags.was_set("key-name"))
    return fail(ErrorKind::usage, "--key-name is for keys of the file; a KMS gets its name by --kms-name, and keeps its keys");
  return kms;
}

// A plugin that is named for another provider would be left out without a word.
Result<void> refuse_kms_flags(const cli::ParsedFlags& flags) {
  for (const char* name : {"kms-name", "kms-endpoint"})
    if (flags.was_set(name)) return fail(ErrorKind::usage, fmt::format("--{} goes with --provider=kms", name));
  return {};
}

cli::FlagTable kms_flags() {
  return {{.name = "kms-name",
           .help = "With --provider=kms: the name of the KMS provider, which is stored with each value. No other may have had it."},
          {.name = "kms-endpoint",
           .help = "With --provider=kms: the socket of its KMS v2 plugin, like unix:///run/kms/plugin.sock."}};
}

}  // namespace kencrypt::commands
