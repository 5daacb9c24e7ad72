// libcurl's result codes as our errors, in kubectl's words. Only curl_*.cc files include this.
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "base/result.h"
#include "http/endpoint.h"

namespace kencrypt::http {

// `detail` is libcurl's error buffer: about the connection, never about content.
Error curl_error(CURLcode code, long os_error, std::string_view detail, const Endpoint& endpoint);

}  // namespace kencrypt::http
