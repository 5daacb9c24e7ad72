// Points in time as the Kubernetes API writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace kencrypt {

// "2026-01-02T15:04:05Z", with an optional fraction of seconds (RFC 3339) and "Z" or "+01:00".
// nullopt for anything else, also for a day that does not exist.
std::optional<WallTime> parse_rfc3339(std::string_view text);

// "2026-01-02T15:04:05Z": in UTC, without the fraction.
std::string format_rfc3339(WallTime time);

}  // namespace kencrypt
