#include "control_plane/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace kencrypt::control_plane {

std::string_view check_name(Check check) {
  switch (check) {
    case Check::servers:
      return "servers";
    case Check::kms:
      return "kms";
    case Check::migration:
      return "migration";
    case Check::quota:
      return "quota";
  }
  return "";
}

std::string_view check_subject(Check check) {
  switch (check) {
    case Check::servers:
      return "that all API servers run one configuration";
    case Check::kms:
      return "that no KMS key changed just now";
    case Check::migration:
      return "that no storage version migration is running";
    case Check::quota:
      return "that etcd has room";
  }
  return "";
}

Result<Checks> parse_checks(std::string_view text) {
  if (text.empty()) return Checks();
  if (text == "all") return Checks(std::begin(kAllChecks), std::end(kAllChecks));
  Checks checks;
  for (const std::string_view word : split(text, ',')) {
    const auto* const found = std::find_if(std::begin(kAllChecks), std::end(kAllChecks),
                                           [&](Check check) { return check_name(check) == word; });
    if (found == std::end(kAllChecks))
      return fail(
          ErrorKind::usage,
          fmt::format(
              "Invalid skip-checks value ({}). Must be \"all\", or of \"servers\", \"kms\", "
              "\"migration\", and \"quota\" one or several with commas.",
              word));
    checks.insert(*found);
  }
  return checks;
}

}  // namespace kencrypt::control_plane
