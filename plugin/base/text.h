// Small text helpers that several layers need.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace kencrypt {

// `text` without blanks (space, tab, CR, LF) at both ends; a view into `text`.
std::string_view trim(std::string_view text);

// The parts of `text` between the separators; empty parts are kept. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

std::string to_lower(std::string_view text);

// A duration as Go's time.ParseDuration reads it ("1h2m3.5s", "300ms"), also a bare integer of
// seconds, as kubectl's --request-timeout takes it. Negative or malformed: nullopt.
std::optional<Duration> parse_duration(std::string_view text);

// "350ms", "12s", "3m5s", "2h10m": two units at the most.
std::string format_duration(Duration duration);

// Percent-encodes all but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view text);

}  // namespace kencrypt
