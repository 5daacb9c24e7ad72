#include "http/message.h"

namespace kencrypt::http {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::put: return "PUT";
    case Method::post: return "POST";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
  }
  return "GET";
}

std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) {
  for (const Header& header : headers)
    if (header.name == name) return header.value;
  return std::nullopt;
}

std::optional<std::string_view> ResponseHead::header(std::string_view name) const {
  return find_header(headers, name);
}

}  // namespace kencrypt::http
