// The documents that an exec plugin is given and gives back: ExecCredential
// (k8s.io/client-go pkg/apis/clientauthentication/v1, v1beta1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "kube/connection.h"

namespace kencrypt::kube {

// The value of KUBERNETES_EXEC_INFO. `cluster` null: not told.
std::string exec_info_json(std::string_view api_version, bool interactive,
                           const ExecCluster* cluster);

struct ExecCredential {
  std::string api_version;
  bool has_status = false;
  SecretBytes token;
  SecretBytes client_certificate;  // PEM
  SecretBytes client_key;          // PEM
  std::optional<WallTime> expiry;
};

// Errors: protocol, for what is no JSON ExecCredential or has a field of another type; nothing of
// the text is repeated.
Result<ExecCredential> parse_exec_credential(std::string_view json);

}  // namespace kencrypt::kube
