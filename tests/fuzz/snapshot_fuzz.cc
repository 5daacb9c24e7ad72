// Any bytes as a database of etcd.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include "snapshot/snapshot_file.h"

namespace kencrypt::snapshot {
namespace {

// Reads everything, and holds the reader to what it promises.
void read_all(std::string_view bytes) {
  auto file = SnapshotFile::read(std::make_unique<MemorySource>(bytes), "/");
  if (!file) return;
  std::set<std::string, std::less<>> keys;
  const auto current = file->current([&](const etcd::KeyValue& kv) -> Result<void> {
    if (!kv.key.starts_with("/") || !keys.emplace(kv.key).second) std::abort();
    return {};
  });
  if (!current || keys.size() != file->facts().keys) std::abort();
  const auto residue = file->residue([](Place place, const etcd::KeyValue& kv) -> Result<void> {
    if (place == Place::current || kv.key.empty()) std::abort();
    return {};
  });
  if (!residue) std::abort();
}

// The same with the checksum of the first meta page made right, or hardly a change would get past
// it: FNV-1a of 56 bytes, behind them.
void read_sealed(std::string bytes) {
  constexpr std::size_t kMeta = 16;
  constexpr std::size_t kChecked = 56;
  if (bytes.size() < kMeta + kChecked + 8) return;
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = kMeta; i < kMeta + kChecked; ++i)
    hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3;
  for (std::size_t i = 0; i < 8; ++i)
    bytes[kMeta + kChecked + i] = static_cast<char>(hash >> (8 * i) & 0xff);
  read_all(bytes);
}

}  // namespace
}  // namespace kencrypt::snapshot

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  kencrypt::snapshot::read_all(bytes);
  kencrypt::snapshot::read_sealed(std::string(bytes));
  return 0;
}
