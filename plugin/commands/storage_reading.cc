#include "commands/storage_reading.h"

#include <fmt/format.h>

#include <utility>

#include "commands/etcd_session.h"
#include "commands/progress_line.h"
#include "etcd/channel.h"
#include "etcd/endpoint_options.h"
#include "etcd/range_scan.h"
#include "snapshot/wal_directory.h"

namespace kencrypt::commands {
namespace {

inventory::CollectorOptions collector_options(const StorageOptions& options, const ReadingOptions& details) {
  return {.prefix = options.prefix,
          .wanted = options.wanted,
          .ring = options.ring,
          .decrypt = options.decrypt,
          .find = details.find,
          .find_limit = details.find_limit,
          .on_object = details.on_object};
}

std::string revision_sentence(std::int64_t revision) { return fmt::format("as of revision {}", revision); }

Result<StorageReading> read_etcd(const StorageOptions& options, const ReadingOptions& details, const cli::ParsedFlags& flags,
                                 Environment& environment) {
  TRY_ASSIGN(etcd::EndpointOptions endpoints,
             etcd::resolve_endpoint_options(endpoint_flags(flags), environment.variables));
  TRY_ASSIGN(const auto session,
             open_etcd_session(std::move(endpoints), static_cast<int>(flags.get_int("v")), environment));
  etcd::Channel channel(session->transport(), environment.clock);
  output::Progress progress = progress_line(environment);
  progress.begin("Reading etcd", std::nullopt);
  inventory::Collector collector(collector_options(options, details));
  etcd::ScanOptions scan_options;
  scan_options.prefix = options.read_prefix;
  scan_options.on_restart = [&] { collector.reset(); };
  scan_options.on_progress = [&](const etcd::ScanProgress& now) { progress.update({.done = now.keys}); };
  TRY_ASSIGN(const etcd::ScanResult scan, etcd::scan(channel, scan_options, [&](const etcd::KeyValue& entry) {
               return collector.take(entry);
             }));
  progress.finish();
  StorageReading reading;
  reading.evidence = "etcd";
  reading.sources.push_back(fmt::format("etcd itself, by {}: every key below {}, {} ({} key{})",
                                        etcd::door_name(channel.door()), options.read_prefix,
                                        revision_sentence(scan.revision), scan.keys, scan.keys == 1 ? "" : "s"));
  reading.collection = collector.finish();
  return reading;
}

std::vector<std::string> remarks_on(const snapshot::SnapshotFacts& facts, const snapshot::ResidueFacts& residue) {
  std::vector<std::string> remarks;
  if (facts.compacted > 0)
    remarks.push_back(fmt::format("compacted up to revision {}", facts.compacted));
  const snapshot::Fragments& fragments = residue.free.fragments;
  if (fragments.plaintext > 0)
    remarks.push_back(fmt::format("free pages hold {} more beginnings of objects in plaintext whose keys are lost; "
                                  "{}",
                                  fragments.plaintext, inventory::remedy_for(snapshot::Place::free_page)));
  return remarks;
}

Result<StorageReading> read_snapshot(const StorageOptions& options, const ReadingOptions& details) {
  TRY_ASSIGN(auto file, snapshot::SnapshotFile::open(options.path, options.read_prefix));
  inventory::Collector collector(collector_options(options, details));
  TRY(file.current([&](const etcd::KeyValue& entry) { return collector.take(entry); }));
  inventory::ResidueTally residue({.prefix = options.prefix, .wanted = options.wanted});
  TRY_ASSIGN(const snapshot::ResidueFacts facts,
             file.residue([&](snapshot::Place place, const etcd::KeyValue& entry) -> Result<void> {
               residue.take(place, entry);
               return {};
             }));
  StorageReading reading;
  reading.evidence = file.facts().checksum ? "snapshot" : kUnverifiedEvidence;
  reading.sources = describe_snapshot(file.facts(), options.path);
  reading.collection = collector.finish();
  if (!file.facts().checksum) coverage::mark_unverified(reading.collection.coverage);
  reading.residue = residue.counts();
  reading.remarks = remarks_on(file.facts(), facts);
  return reading;
}

Result<StorageReading> read_log(const StorageOptions& options) {
  inventory::ResidueTally residue({.prefix = options.prefix, .wanted = options.wanted});
  TRY_ASSIGN(const snapshot::WalFacts facts,
             snapshot::read_wal(options.path, options.read_prefix,
                                [&](snapshot::Place place, const etcd::KeyValue& entry) -> Result<void> {
                                  residue.take(place, entry);
                                  return {};
                                }));
  StorageReading reading;
  reading.evidence = "wal";
  reading.sources.push_back(fmt::format("{}: {} values with keys below {}, in {} entries of {} segment{}", options.path,
                                        facts.puts, options.read_prefix, facts.entries, facts.segments,
                                        facts.segments == 1 ? "" : "s"));
  if (facts.torn) reading.remarks.push_back("the last record is cut short, as after a crash or in a copy of a running log");
  for (const std::string& name : facts.unread)
    reading.remarks.push_back(fmt::format("{} is no segment and was not read; it may hold values too", name));
  reading.residue = residue.counts();
  return reading;
}

}  // namespace

std::vector<std::string> describe_snapshot(const snapshot::SnapshotFacts& facts, const std::string& path) {
  std::string file =
      fmt::format("{}: {:.1f} MiB, {}, pages of {} bytes, {} keys", path, static_cast<double>(facts.bytes) / (1 << 20),
                  revision_sentence(facts.revision), facts.page_size, facts.keys);
  return {std::move(file), facts.checksum ? "its SHA-256 is right"
                                          : "a database file without a checksum: right if etcd did not write to it while it was "
                                            "copied, which cannot be seen from it for certain; so no figure is exact"};
}

Result<StorageReading> read_storage(const StorageOptions& options, const ReadingOptions& details,
                                    const cli::ParsedFlags& flags, Environment& environment) {
  switch (options.door) {
    case StorageDoor::snapshot: return read_snapshot(options, details);
    case StorageDoor::wal: return read_log(options);
    default: return read_etcd(options, details, flags, environment);
  }
}

}  // namespace kencrypt::commands
