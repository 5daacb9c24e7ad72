#include "kube/continue_token.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "kube/json_text.h"

namespace kencrypt::kube {
namespace {

// RFC 4648 section 5, without padding.
std::string base64_url(std::string_view bytes) {
  std::string text(encode_base64(bytes).view());
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

}  // namespace

std::string continue_behind(const ObjectName& last, const Selection& selection) {
  std::string start = selection.name_space.empty() ? display_name(last) : last.name;
  start.push_back('\0');  // the smallest key behind it
  return base64_url(fmt::format(R"({{"v":"meta.k8s.io/v1","rv":-1,"start":{}}})", json_string(start)));
}

}  // namespace kencrypt::kube
