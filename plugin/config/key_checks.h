// Keys as the API server takes them: named, in base64, as long as their provider wants.
#pragma once

#include "config/model.h"

namespace kencrypt::config {

// Of aesgcm, aescbc and secretbox; the others have none.
void check_keys(const Provider& provider, Findings& findings);

}  // namespace kencrypt::config
