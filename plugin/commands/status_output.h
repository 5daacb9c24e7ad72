// What `status` says: a table for people, the CoverageReport of the contract for programs.
#pragma once

#include <iosfwd>
#include <string>

#include "commands/environment.h"
#include "commands/status_options.h"
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

// Prints the result in the format that the options ask for. Where nothing was found a table is
// kubectl's words on standard error; `name_space`, "" for all, is where was looked.
void print_status(const StatusOptions& options, const StatusResult& result,
                  const std::string& name_space, Environment& environment);

}  // namespace kencrypt::commands
