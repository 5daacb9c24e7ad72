// libcurl and what it brings along.
#pragma once

#include <vector>

#include "base/library.h"

namespace kencrypt::http {

// libcurl, nghttp2 and zlib; the latter two only where this libcurl has them.
std::vector<Library> curl_libraries();

}  // namespace kencrypt::http
