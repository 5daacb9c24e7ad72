// Whether an API server takes part: its /readyz (k8s.io/apiserver pkg/server/healthz). Any
// authenticated user may ask (the role system:public-info-viewer).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/transport.h"

namespace kencrypt::control_plane {

struct Readiness {
  bool ready = false;
  std::vector<std::string> failing;  // names of its checks: "etcd", "kms-provider-0"
  // Of failing checks of KMS plugins, by name, what the server says is wrong; at most kMaxReason bytes, not made printable.
  // Only who may get the path of the check is told.
  std::map<std::string, std::string> reasons{};
};

inline constexpr std::size_t kMaxReason = 300;
// Checks that are named; a server has some 60.
inline constexpr std::size_t kMaxFailing = 100;

// What a reply says: 200, or 500 with a line "[-]NAME failed: reason withheld" for each check that
// failed.
Readiness parse_readiness(int status, std::string_view body);

// Whether a check is one of KMS plugins: "kms-providers", or before v2 "kms-provider-0" (pkg/server/options/
// encryptionconfig/config.go).
bool is_kms_check(std::string_view name);

// What the check's own path says: "internal server error: REASON" with status 500 (pkg/server/healthz, adaptCheckToHandler).
// "" if it says nothing of that kind.
std::string parse_check_reason(int status, std::string_view body);

// Asks failing checks of KMS plugins for their reasons, too. Errors: those of the call; of a refusal (401, 403) what the server says.
Result<Readiness> read_readiness(http::Transport& transport);

}  // namespace kencrypt::control_plane
