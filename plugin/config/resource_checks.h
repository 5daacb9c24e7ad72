// Which resources a file may name, and in which order.
#pragma once

#include "config/model.h"

namespace kencrypt::config {

// Of one entry: names that cannot be encrypted, and those that overlap.
void check_resources(const Entry& entry, Findings& findings);

// Across entries: a name that an earlier wildcard covers.
void check_masked(const Model& model, Findings& findings);

}  // namespace kencrypt::config
