#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "base/base64.h"
#include "etcd/json_walk.h"
#include "etcd/range_message.h"

namespace kencrypt::etcd {
namespace {

bool read_bytes(std::span<char> text, std::string_view& into) {
  const auto size = decode_base64_in_place(text);
  if (size) into = {text.data(), *size};
  return size.has_value();
}

template <class Number>
bool read_number(std::span<char> text, Number& into) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, into);
  return read.ec == std::errc{} && read.ptr == end;
}

bool read_field(std::string_view name, std::span<char> value, KeyValue& kv) {
  if (name == "key") return read_bytes(value, kv.key);
  if (name == "value") return read_bytes(value, kv.value);
  if (name == "create_revision") return read_number(value, kv.create_revision);
  if (name == "mod_revision") return read_number(value, kv.mod_revision);
  if (name == "version") return read_number(value, kv.version);
  return true;
}

bool read_leaf(std::string_view outer, std::string_view inner, std::span<char> value,
               RangePage& page) {
  if (outer == "header" && inner == "cluster_id") return read_number(value, page.cluster_id);
  if (outer == "header" && inner == "revision") return read_number(value, page.revision);
  if (outer == "kvs")
    return !inner.empty() && !page.kvs.empty() && read_field(inner, value, page.kvs.back());
  if (outer == "count" && inner.empty()) return read_number(value, page.count);
  if (outer == "more" && inner.empty())
    page.more = std::string_view(value.data(), value.size()) == "true";
  return true;
}

bool all_have_keys(const RangePage& page) {
  for (const KeyValue& kv : page.kvs)
    if (kv.key.empty()) return false;
  return true;
}

}  // namespace

std::string range_request_json(const RangeRequest& request) {
  const SecretBytes key = encode_base64(request.key);
  const SecretBytes end = encode_base64(request.range_end);
  return fmt::format(R"({{"key":"{}","range_end":"{}","limit":"{}","revision":"{}"}})", key.view(),
                     end.view(), request.limit, request.revision);
}

Result<RangePage> parse_range_json(SecretBytes document, std::size_t limit) {
  RangePage page;
  page.bytes = std::move(document);
  const JsonVisitor visitor{
      .on_leaf = [&page](std::string_view outer, std::string_view inner,
                         std::span<char> value) { return read_leaf(outer, inner, value, page); },
      .on_object =
          [&page, limit](std::string_view outer) {
            if (outer != "kvs") return true;
            page.kvs.emplace_back();
            return limit == 0 || page.kvs.size() <= limit;
          },
  };
  if (!walk_json(page.bytes, visitor) || !all_have_keys(page))
    return fail(ErrorKind::protocol,
                "etcd's reply is not a page of keys as its JSON gateway sends it");
  return page;
}

}  // namespace kencrypt::etcd
