// Why a request has to be sent again later.
#pragma once

namespace kencrypt::pacing {

enum class Trouble {
  busy,      // 429 or 504: too much was asked
  away,      // 503, or no reply: nothing is known about what it can bear
  starting,  // 403 from a server that may not have read its roles yet
};

}  // namespace kencrypt::pacing
