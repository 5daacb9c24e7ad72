#include "etcd/member_status.h"

#include <charconv>
#include <utility>

#include "base/protobuf.h"
#include "etcd/call.h"
#include "etcd/grpc_frame.h"
#include "etcd/json_walk.h"
#include "etcd/retry.h"

namespace kencrypt::etcd {
namespace {

using Type = ProtobufField::Type;

// Sizes, a version and some alarms: a few hundred bytes.
constexpr std::size_t kMaxStatus = std::size_t{1} << 20;

std::unexpected<Error> no_status() {
  return fail(ErrorKind::protocol, "etcd's reply is not the status of a member");
}

bool parse_header(std::string_view message, MemberStatus& status) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::varint)) status.cluster_id = field->value;
    if (field->is(2, Type::varint)) status.member_id = field->value;
    if (field->is(3, Type::varint)) status.revision = static_cast<std::int64_t>(field->value);
  }
  return !reader.malformed();
}

bool parse_field(const ProtobufField& field, MemberStatus& status) {
  if (field.is(1, Type::bytes)) return parse_header(field.bytes, status);
  if (field.is(2, Type::bytes)) status.version = field.bytes;
  if (field.is(3, Type::varint)) status.db_size = static_cast<std::int64_t>(field.value);
  if (field.is(8, Type::bytes)) status.errors.emplace_back(field.bytes);
  if (field.is(9, Type::varint)) status.db_size_in_use = static_cast<std::int64_t>(field.value);
  if (field.is(10, Type::varint)) status.is_learner = field.value != 0;
  if (field.is(12, Type::varint)) status.db_quota = static_cast<std::int64_t>(field.value);
  return true;
}

template <class Number>
bool read_number(std::string_view text, Number& into) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

bool read_header(std::string_view name, std::string_view text, MemberStatus& status) {
  if (name == "cluster_id") return read_number(text, status.cluster_id);
  if (name == "member_id") return read_number(text, status.member_id);
  if (name == "revision") return read_number(text, status.revision);
  return true;
}

bool read_leaf(std::string_view outer, std::string_view inner, std::string_view text,
               MemberStatus& status) {
  if (outer == "header") return read_header(inner, text, status);
  if (!inner.empty()) return true;
  if (outer == "version") status.version = text;
  if (outer == "errors") status.errors.emplace_back(text);
  if (outer == "isLearner") status.is_learner = text == "true";
  if (outer == "dbSize") return read_number(text, status.db_size);
  if (outer == "dbSizeInUse") return read_number(text, status.db_size_in_use);
  if (outer == "dbSizeQuota") return read_number(text, status.db_quota.emplace());
  return true;
}

Result<MemberStatus> ask_once(Channel& channel) {
  Call call(channel, kStatus, channel.door() == Door::grpc ? "" : "{}", kMaxStatus, {});
  call.wait();
  TRY_ASSIGN(SecretBytes reply, channel.settle_by(call.take()));
  auto status = channel.door() == Door::grpc ? parse_status_message(reply.view())
                                             : parse_status_json(std::move(reply));
  if (status) channel.settle();
  return status;
}

}  // namespace

Result<MemberStatus> parse_status_message(std::string_view framed) {
  TRY_ASSIGN(const std::string_view message, unframe_grpc(framed));
  MemberStatus status;
  ProtobufReader reader(message);
  while (const auto field = reader.next())
    if (!parse_field(*field, status)) return no_status();
  if (reader.malformed() || status.version.empty()) return no_status();
  return status;
}

Result<MemberStatus> parse_status_json(SecretBytes document) {
  MemberStatus status;
  const bool sound = walk_json(
      document,
      {.on_leaf = [&status](std::string_view outer, std::string_view inner, std::span<char> value) {
        return read_leaf(outer, inner, {value.data(), value.size()}, status);
      }});
  if (!sound || status.version.empty()) return no_status();
  return status;
}

Result<MemberStatus> read_status(Channel& channel) {
  Repetitions repetitions(channel);
  for (;;) {
    auto status = ask_once(channel);
    if (status) return status;
    if (!channel.fall_back(status.error()) && !repetitions.wait_after(status.error()))
      return std::unexpected(channel.explain(std::move(status).error()));
  }
}

}  // namespace kencrypt::etcd
