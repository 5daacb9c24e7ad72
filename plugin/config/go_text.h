// Texts that the API server hands to Go's libraries, judged as they would be.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/secret.h"

namespace kencrypt::config {

// encoding/base64 StdEncoding: padded, line breaks are passed over, blanks are not. nullopt: not valid.
std::optional<SecretBytes> decode_go_base64(std::string_view text);

// time.ParseDuration, in nanoseconds. nullopt: not valid.
std::optional<std::int64_t> parse_go_duration(std::string_view text);

// Whether strings.ToLower would change `text`, which is UTF-8.
bool has_capital(std::string_view text);

}  // namespace kencrypt::config
