// What etcd, or one of its files, holds: read, counted, and said where it is from.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/storage_options.h"
#include "coverage/coverage.h"
#include "inventory/collector.h"
#include "inventory/residue_tally.h"
#include "snapshot/snapshot_file.h"

namespace kencrypt::commands {

// `evidence` of a file without a checksum, in which objects may be missing.
inline constexpr std::string_view kUnverifiedEvidence = "unverified copy";

// The file and what vouches for it, in two sentences for people.
std::vector<std::string> describe_snapshot(const snapshot::SnapshotFacts& facts, const std::string& path);

struct StorageReading {
  std::string evidence;              // for documents: "etcd", "snapshot", kUnverifiedEvidence, "wal"
  std::vector<std::string> sources;  // what was read, in sentences for people
  inventory::Collection collection;  // empty for a log, which has no current values
  std::vector<inventory::ResidueCount> residue;  // besides the current values; of a snapshot and a log
  std::vector<std::string> remarks;              // what else was seen, in sentences
};

struct ReadingOptions {
  std::optional<coverage::Class> find = {};  // objects of this kind are named
  std::size_t find_limit = 0;
  std::function<void(const inventory::EtcdKey&)> on_object = {};  // each that counts, maybe more than once
};

// `options.door` is not none. Shows progress. Errors: those of the readers.
Result<StorageReading> read_storage(const StorageOptions& options, const ReadingOptions& details,
                                    const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
