#include "kube/revision.h"

#include <charconv>

namespace kencrypt::kube {

std::optional<std::uint64_t> to_revision(std::string_view resource_version) {
  std::uint64_t revision = 0;
  const char* end = resource_version.data() + resource_version.size();
  const auto [stopped, error] = std::from_chars(resource_version.data(), end, revision);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return revision;
}

bool listed_before(const ObjectName& a, const ObjectName& b) { return display_name(a) < display_name(b); }

}  // namespace kencrypt::kube
