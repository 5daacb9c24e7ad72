// Replies of etcd for tests, written field by field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "etcd/grpc_frame.h"
#include "fakes/scripted_transport.h"

namespace kencrypt::etcd {

inline std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7fU) | 0x80U);
  return out += static_cast<char>(value);
}
inline std::string number_field(unsigned field, std::uint64_t value) {
  return varint(field << 3) + varint(value);
}
inline std::string bytes_field(unsigned field, std::string_view bytes) {
  return varint(field << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

struct FakePage {
  std::vector<std::string> keys;  // each with the value "v:" and the key
  std::uint64_t count = 0;
  bool more = false;
  std::uint64_t revision = 100;
  std::uint64_t cluster = 7;
  std::uint64_t mod_revision = 42;
};

inline std::string message_of(const FakePage& page) {
  std::string out = bytes_field(
      1, number_field(1, page.cluster) + number_field(2, 1) + number_field(3, page.revision));
  for (const std::string& key : page.keys)
    out += bytes_field(2, bytes_field(1, key) + number_field(2, 40) +
                              number_field(3, page.mod_revision) + number_field(4, 2) +
                              bytes_field(5, "v:" + key) + number_field(6, 99));
  if (page.more) out += number_field(3, 1);
  return page.count == 0 ? out : out + number_field(4, page.count);
}

inline std::string base64_of(std::string_view bytes) {
  return std::string(encode_base64(bytes).view());
}

inline std::string json_of(const FakePage& page) {
  std::string kvs;
  for (const std::string& key : page.keys)
    kvs += std::string(kvs.empty() ? "" : ",") + R"({"key":")" + base64_of(key) +
           R"(","create_revision":"40","mod_revision":")" + std::to_string(page.mod_revision) +
           R"(","version":"2","value":")" + base64_of("v:" + key) + R"(","lease":"99"})";
  std::string out = R"({"header":{"cluster_id":")" + std::to_string(page.cluster) +
                    R"(","member_id":"1","revision":")" + std::to_string(page.revision) +
                    R"(","raft_term":"2"})";
  if (!kvs.empty()) out += R"(,"kvs":[)" + kvs + "]";
  if (page.more) out += R"(,"more":true)";
  if (page.count > 0) out += R"(,"count":")" + std::to_string(page.count) + "\"";
  return out + "}";
}

inline const std::vector<http::Header> kGrpcHeaders = {{"content-type", "application/grpc"}};

inline fakes::ScriptedReply grpc_reply(std::string_view message) {
  return {200, frame_grpc(message), kGrpcHeaders, {}, false, {{"grpc-status", "0"}}};
}
inline fakes::ScriptedReply grpc_refusal(int code, std::string message) {
  return {200,
          "",
          {{"content-type", "application/grpc"},
           {"grpc-status", std::to_string(code)},
           {"grpc-message", std::move(message)}},
          {},
          false};
}

}  // namespace kencrypt::etcd
