// What `status` says: a table for people, the CoverageReport of the contract for programs.
#pragma once

#include <iosfwd>

#include "census/write_key.h"
#include "coverage/coverage.h"
#include "kube/resource.h"
#include "output/table.h"
#include "output/value.h"

namespace kencrypt::commands {

struct StatusResult {
  kube::Resource resource;
  coverage::WriteKey write_key;
  coverage::CoverageReport coverage;
};

output::Value coverage_document(const StatusResult& result);

// NAMESPACE SECRETS CURRENT STALE PLAINTEXT UNKNOWN COVERAGE, and KEYS with -o wide; a total line; below
// it the write key and how the figures were obtained.
void print_coverage(std::ostream& out, const StatusResult& result, output::TableStyle style);

}  // namespace kencrypt::commands
