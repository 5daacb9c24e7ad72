// Any bytes as a segment of etcd's write-ahead log, and as one raft entry, which no checksum stands
// before.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "snapshot/wal_directory.h"
#include "snapshot/wal_request.h"

namespace kencrypt::snapshot {
namespace {

void read_all(std::string_view bytes) {
  const FoundValueSink sink = [](Place place, const etcd::KeyValue& kv) -> Result<void> {
    if (place != Place::wal || kv.key.empty()) std::abort();
    return {};
  };
  if (!read_wal_entry(bytes, "", sink)) std::abort();
  for (const bool last : {true, false}) {
    MemorySource source(bytes);
    WalCrc crc;
    WalFacts facts;
    const auto result = read_wal_segment(source, crc, last, "", sink, facts);
    if (result && (facts.bytes > bytes.size() || (facts.torn && !last))) std::abort();
  }
}

}  // namespace
}  // namespace kencrypt::snapshot

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kencrypt::snapshot::read_all({reinterpret_cast<const char*>(data), size});
  return 0;
}
