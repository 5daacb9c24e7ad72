// The header in which an API server sends its warnings (RFC 7234 section 5.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kencrypt::kube {

struct ServerWarning {
  int code = 0;
  std::string agent;
  std::string text;
  friend bool operator==(const ServerWarning&, const ServerWarning&) = default;
};

// The warnings in one header value, separated by commas: `299 - "text"`, with an optional date.
// What follows a malformed one is dropped (k8s.io/apimachinery pkg/util/net ParseWarningHeaders); a
// text with control characters is malformed.
std::vector<ServerWarning> parse_warnings(std::string_view header);

}  // namespace kencrypt::kube
