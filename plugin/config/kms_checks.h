// The fields of KMS providers.
#pragma once

#include "config/model.h"

namespace kencrypt::config {

void check_kms(const Model& model, const Server& server, Findings& findings);

}  // namespace kencrypt::config
