// The rules of the API server (k8s.io/apiserver pkg/apis/apiserver/validation/validation_encryption.go, and what
// pkg/server/options/encryptionconfig/config.go refuses when it builds what the file says).
#pragma once

#include "config/model.h"

namespace kencrypt::config {

void check_by_server(const Model& model, const Server& server, Findings& findings);

}  // namespace kencrypt::config
