#include "snapshot/wal_request.h"

#include <optional>

#include "base/protobuf.h"

namespace kencrypt::snapshot {
namespace {

using Type = ProtobufField::Type;

// InternalRaftRequest
constexpr std::uint32_t kPut = 4;
constexpr std::uint32_t kTxn = 6;
constexpr std::uint32_t kLastBasicMessage = 11;  // lease_checkpoint; 2 to 11 are all messages
// TxnRequest, RequestOp
constexpr std::uint32_t kSuccess = 2;
constexpr std::uint32_t kFailure = 3;
constexpr std::uint32_t kOpPut = 2;
constexpr std::uint32_t kOpTxn = 4;

bool well_formed(std::string_view message) {
  ProtobufReader reader(message);
  while (reader.next()) {
  }
  return !reader.malformed();
}

// A request of the API v2 (etcdserverpb.Request) has numbers where a request of v3 has messages, as
// etcd itself tells them apart (server/etcdserver/server.go, applyEntryNormal).
bool is_v3(std::string_view request) {
  ProtobufReader reader(request);
  while (const auto field = reader.next()) {
    if (field->number < 2 || field->number > kLastBasicMessage) continue;
    if (field->type != Type::bytes) return false;
    if ((field->number == kPut || field->number == kTxn) && !well_formed(field->bytes))
      return false;
  }
  return !reader.malformed();
}

class Puts {
 public:
  Puts(std::string_view prefix, const FoundValueSink& sink) : prefix_(prefix), sink_(&sink) {}

  Result<void> request(std::string_view message) const {
    ProtobufReader reader(message);
    while (const auto field = reader.next()) {
      if (field->is(kPut, Type::bytes)) TRY(put(field->bytes));
      if (field->is(kTxn, Type::bytes)) TRY(txn(field->bytes, 1));
    }
    return {};
  }

 private:
  Result<void> put(std::string_view message) const {
    etcd::KeyValue kv;
    ProtobufReader reader(message);
    while (const auto field = reader.next()) {
      if (field->is(1, Type::bytes)) kv.key = field->bytes;
      if (field->is(2, Type::bytes)) kv.value = field->bytes;
      if (field->is(5, Type::varint) && field->value != 0)
        return {};  // ignore_value: keeps the one it has
    }
    if (kv.key.empty() || !kv.key.starts_with(prefix_)) return {};
    return (*sink_)(Place::wal, kv);
  }

  Result<void> txn(std::string_view message, int depth) const {
    ProtobufReader reader(message);
    while (const auto field = reader.next()) {
      const bool operation = field->is(kSuccess, Type::bytes) || field->is(kFailure, Type::bytes);
      if (operation) TRY(this->operation(field->bytes, depth));
    }
    return {};
  }

  Result<void> operation(std::string_view message, int depth) const {
    ProtobufReader reader(message);
    while (const auto field = reader.next()) {
      if (field->is(kOpPut, Type::bytes)) TRY(put(field->bytes));
      if (field->is(kOpTxn, Type::bytes) && depth < kMaxTxnDepth) TRY(txn(field->bytes, depth + 1));
    }
    return {};
  }

  std::string_view prefix_;
  const FoundValueSink* sink_;
};

// The data of a normal entry; nullopt for a change of the membership, or what is no entry.
std::optional<std::string_view> normal_data(std::string_view entry) {
  std::uint64_t type = 0;
  std::string_view data;
  ProtobufReader reader(entry);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::varint)) type = field->value;
    if (field->is(4, Type::bytes)) data = field->bytes;
  }
  if (reader.malformed() || type != 0) return std::nullopt;
  return data;
}

}  // namespace

Result<WalRequest> read_wal_entry(std::string_view entry, std::string_view prefix,
                                  const FoundValueSink& sink) {
  const auto data = normal_data(entry);
  if (!data || !is_v3(*data)) return WalRequest::other;
  TRY(Puts(prefix, sink).request(*data));
  return WalRequest::read;
}

}  // namespace kencrypt::snapshot
