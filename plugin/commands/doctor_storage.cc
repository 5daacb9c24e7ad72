#include "commands/doctor_storage.h"

#include <utility>

#include "commands/etcd_session.h"
#include "commands/storage_options.h"
#include "commands/storage_reading.h"
#include "doctor/storage.h"
#include "encryption/encryption_config.h"
#include "etcd/endpoint_options.h"

namespace kencrypt::commands {
namespace {

using doctor::CheckId;

std::function<bool(const inventory::EtcdKey&)> wanted_by(const encryption::KeyRing* ring) {
  auto rules = ring == nullptr ? std::vector<encryption::ConfiguredRule>() : ring->rules();
  return [rules = std::move(rules)](const inventory::EtcdKey& key) {
    const bool secret = key.plural == "secrets" && key.group.empty();
    return secret || encryption::encrypts(rules, key.plural, key.group);
  };
}

class Storage {
 public:
  Storage(const encryption::KeyRing* ring, const cli::ParsedFlags& flags, Environment& environment, doctor::Diagnosis& diagnosis)
      : ring_(ring), flags_(flags), environment_(environment), diagnosis_(diagnosis) {}

  void look(StorageDoor door, const std::string& path) {
    const auto reading = read_storage(options(door, path), {}, flags_, environment_);
    const std::string source = door == StorageDoor::etcd ? "etcd" : path;
    if (!reading) return report_unread(door, source, reading.error().message);
    if (door == StorageDoor::snapshot) judge_snapshot(source, *reading);
    if (door != StorageDoor::etcd) doctor::check_residue(source, reading->residue, diagnosis_);
    if (door == StorageDoor::wal) return;
    doctor::check_coverage(source, reading->collection.coverage, reading->collection.write_keys, diagnosis_);
    if (reading->collection.decryption) doctor::check_decryption(source, *reading->collection.decryption, diagnosis_);
  }

 private:
  StorageOptions options(StorageDoor door, const std::string& path) const {
    StorageOptions storage;
    storage.door = door;
    storage.path = path;
    storage.prefix = etcd::key_prefix_of(endpoint_flags(flags_).prefix);
    storage.read_prefix = storage.prefix;
    storage.decrypt = ring_ != nullptr && door != StorageDoor::wal;
    storage.ring = ring_;
    storage.wanted = wanted_by(ring_);
    return storage;
  }

  void report_unread(StorageDoor door, const std::string& source, std::string reason) {
    if (door == StorageDoor::snapshot)
      return diagnosis_.error(CheckId::snapshot_unreadable, source, std::move(reason),
                              "make another backup: etcdctl snapshot save FILE; and see what became of this one");
    if (door == StorageDoor::wal)
      return diagnosis_.unknown(CheckId::residue_plaintext, source, std::move(reason), "name a member's directory member/wal");
    for (const CheckId check : {CheckId::undecryptable, CheckId::plaintext_left, CheckId::stale_left})
      diagnosis_.unknown(check, source, reason, "see the flags of etcd, and its certificates");
  }

  void judge_snapshot(const std::string& source, const StorageReading& reading) {
    diagnosis_.made(CheckId::snapshot_unreadable);
    diagnosis_.made(CheckId::snapshot_unverified);
    if (reading.evidence == kUnverifiedEvidence)
      diagnosis_.warning(CheckId::snapshot_unverified, source, "a database file without a checksum",
                         "make backups with etcdctl snapshot save FILE, which adds one");
  }

  const encryption::KeyRing* ring_;
  const cli::ParsedFlags& flags_;
  Environment& environment_;
  doctor::Diagnosis& diagnosis_;
};

}  // namespace

void look_at_storage(const DoctorOptions& options, const encryption::KeyRing* ring, const cli::ParsedFlags& flags,
                     Environment& environment, doctor::Diagnosis& diagnosis) {
  Storage storage(ring, flags, environment, diagnosis);
  if (wants_etcd(flags)) storage.look(StorageDoor::etcd, "");
  if (!options.snapshot.empty()) storage.look(StorageDoor::snapshot, options.snapshot);
  if (!options.wal.empty()) storage.look(StorageDoor::wal, options.wal);
}

}  // namespace kencrypt::commands
