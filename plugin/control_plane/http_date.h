// The Date header of a reply: the server's own clock, so that ages of what it recorded need no
// trust in ours.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace kencrypt::control_plane {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7, the form servers must send). nullopt for
// anything else.
std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace kencrypt::control_plane
