#include "commands/new_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/base64.h"
#include "base/random.h"
#include "base/rfc3339.h"

namespace kencrypt::commands {
namespace {

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

}  // namespace kencrypt::commands
