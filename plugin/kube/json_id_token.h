// When an OpenID Connect id-token ends.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace kencrypt::kube {

// The claim "exp" of a JWT (RFC 7519 section 4.1.4). Nothing is verified: that is the server's
// part. nullopt if it is no JWT or has no such claim.
std::optional<WallTime> id_token_expiry(std::string_view jwt);

}  // namespace kencrypt::kube
