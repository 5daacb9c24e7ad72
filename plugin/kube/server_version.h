// What an API server says it is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/transport.h"

namespace kencrypt::kube {

// Some fields of text, less than 1 KiB.
inline constexpr std::size_t kMaxVersionBytes = std::size_t{64} << 10;

struct ServerVersion {
  // Name and text of each field of /version, in the server's order (k8s.io/apimachinery pkg/version
  // Info).
  std::vector<std::pair<std::string, std::string>> fields;

  std::string_view git_version() const;  // "v1.37.2"
};

// Asks for /version. Errors: those of the request; protocol.
Result<ServerVersion> ask_server_version(http::Transport& transport);

}  // namespace kencrypt::kube
