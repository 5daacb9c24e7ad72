// What the API server takes, and ought not to be in a file.
#pragma once

#include "config/model.h"

namespace kencrypt::config {

void check_practice(const Model& model, Findings& findings);

}  // namespace kencrypt::config
