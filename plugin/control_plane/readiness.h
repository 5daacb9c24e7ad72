// Whether an API server takes part: its /readyz (k8s.io/apiserver pkg/server/healthz). Any
// authenticated user may ask (the role system:public-info-viewer).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/transport.h"

namespace kencrypt::control_plane {

struct Readiness {
  bool ready = false;
  std::vector<std::string> failing;  // names of its checks: "etcd", "kms-provider-0"
};

// Checks that are named; a server has some 60.
inline constexpr std::size_t kMaxFailing = 100;

// What a reply says: 200, or 500 with a line "[-]NAME failed: reason withheld" for each check that
// failed.
Readiness parse_readiness(int status, std::string_view body);

// Errors: those of the call; of a refusal (401, 403) what the server says.
Result<Readiness> read_readiness(http::Transport& transport);

}  // namespace kencrypt::control_plane
