// The checks before a rewrite, by their names on the command line.
#pragma once

#include <set>
#include <string_view>

#include "base/result.h"

namespace kencrypt::control_plane {

enum class Check {
  servers,    // all API servers run one encryption configuration
  kms,        // no KMS v2 key changed so recently that a former one may still write
  migration,  // no StorageVersionMigration works on the same resource
  quota,      // etcd has room for what is written, by an estimate
};

using Checks = std::set<Check>;

inline constexpr Check kAllChecks[] = {Check::servers, Check::kms, Check::migration, Check::quota};

// "servers", as --skip-checks takes it.
std::string_view check_name(Check check);

// What the check is about, for "could not check ...".
std::string_view check_subject(Check check);

// The value of --skip-checks: names with commas, "all", or "" for none. Errors: usage.
Result<Checks> parse_checks(std::string_view text);

}  // namespace kencrypt::control_plane
