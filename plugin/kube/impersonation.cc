#include "kube/impersonation.h"

#include <fmt/format.h>

namespace kencrypt::kube {
namespace {

// RFC 7230 section 3.2.6: what a token may hold besides letters and digits, less '%', which must be
// escaped to be told from an escape.
constexpr std::string_view kTokenMarks = "!#$&'*+-.^_`|~";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kTokenMarks.find(c) != std::string_view::npos;
}

std::string escape_key(std::string_view key) {
  std::string escaped;
  for (const char c : key) {
    if (is_plain(c))
      escaped += c;
    else
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return escaped;
}

}  // namespace

std::vector<http::Header> impersonation_headers(const Impersonation& as) {
  std::vector<http::Header> headers;
  if (as.user.empty()) return headers;
  headers.push_back({"Impersonate-User", as.user});
  if (!as.uid.empty()) headers.push_back({"Impersonate-Uid", as.uid});
  for (const std::string& group : as.groups) headers.push_back({"Impersonate-Group", group});
  for (const auto& [key, values] : as.extra)
    for (const std::string& value : values)
      headers.push_back({"Impersonate-Extra-" + escape_key(key), value});
  return headers;
}

}  // namespace kencrypt::kube
