// All that a database in memory holds, as lines to compare.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/snapshot_file.h"

namespace kencrypt::fakes {

struct SnapshotContents {
  snapshot::SnapshotFacts facts;
  snapshot::ResidueFacts residue_facts;
  std::vector<std::string> current;  // "KEY=VALUE@MOD_REVISION"
  std::vector<std::string> residue;  // "PLACE KEY=VALUE@MOD_REVISION"
};

inline std::string line(const etcd::KeyValue& kv) {
  return std::string(kv.key) + "=" + std::string(kv.value) + "@" + std::to_string(kv.mod_revision);
}

// `bytes` must outlive the call only.
inline Result<SnapshotContents> read_snapshot(std::string_view bytes, std::string prefix = "") {
  TRY_ASSIGN(auto file, snapshot::SnapshotFile::read(
                            std::make_unique<snapshot::MemorySource>(bytes), std::move(prefix)));
  SnapshotContents contents;
  contents.facts = file.facts();
  TRY(file.current([&](const etcd::KeyValue& kv) -> Result<void> {
    contents.current.push_back(line(kv));
    return {};
  }));
  TRY_ASSIGN(contents.residue_facts, file.residue([&](snapshot::Place place,
                                                      const etcd::KeyValue& kv) -> Result<void> {
    contents.residue.push_back(std::string(snapshot::place_name(place)) + " " + line(kv));
    return {};
  }));
  return contents;
}

}  // namespace kencrypt::fakes
