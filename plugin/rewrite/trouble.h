// Why a request has to be sent again later.
#pragma once

namespace kencrypt::rewrite {

enum class Trouble {
  busy,  // 429 or 504: too much was asked
  away,  // 503, or no reply: nothing is known about what it can bear
};

}  // namespace kencrypt::rewrite
