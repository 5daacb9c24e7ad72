#include <sys/types.h>
#include <sys/xattr.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_attributes.h"

namespace kencrypt {
namespace {

// The kernel's limits of both a list of names and a value (XATTR_LIST_MAX, XATTR_SIZE_MAX).
constexpr std::size_t kMaxAttribute = 65536;

std::optional<std::string> attribute(int fd, const char* name) {
  std::string value(kMaxAttribute, '\0');
  const ssize_t size = ::fgetxattr(fd, name, value.data(), value.size());
  if (size < 0) return std::nullopt;
  value.resize(static_cast<std::size_t>(size));
  return value;
}

bool depends_on_content(std::string_view name) { return name == "security.ima" || name == "security.evm"; }

// A label that the new file has by itself need not be set, which may not be allowed.
bool copy_attribute(int from, int to, const char* name) {
  if (depends_on_content(name)) return true;
  const auto value = attribute(from, name);
  if (!value) return errno == ENODATA;
  return attribute(to, name) == value || ::fsetxattr(to, name, value->data(), value->size(), 0) == 0;
}

}  // namespace

bool copy_attributes(int from, int to) {
  std::string names(kMaxAttribute, '\0');
  const ssize_t size = ::flistxattr(from, names.data(), names.size());
  if (size < 0) return errno == ENOTSUP;
  const char* const end = names.data() + size;
  for (const char* name = names.data(); name < end; name += std::string_view(name).size() + 1)
    if (!copy_attribute(from, to, name)) return false;
  return true;
}

}  // namespace kencrypt
