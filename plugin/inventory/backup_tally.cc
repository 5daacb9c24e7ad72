#include "inventory/backup_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "encryption/kms_object.h"
#include "encryption/object_check.h"
#include "encryption/stored_value.h"

namespace kencrypt::inventory {
namespace {

using encryption::Outcome;
using encryption::Provider;

constexpr std::string_view kOtherResource = "other-resource";

KeyState state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::needs_kms_plugin: return KeyState::needs_plugin;
    case Outcome::wrong_key: return KeyState::wrong_key;
    case Outcome::damaged: return KeyState::damaged;
    case Outcome::identity_not_allowed:
    case Outcome::no_such_key: return KeyState::missing;
    default: return KeyState::opens;
  }
}

bool has_file(KeyState state) {
  return state == KeyState::opens || state == KeyState::needs_plugin || state == KeyState::other_resource;
}

// Which of its keys the plugin used is in the value itself.
std::string read_key_id(std::string_view value, encryption::StoredUnder& under) {
  if (under.provider != Provider::kms_v2) return {};
  const encryption::StoredValue stored = encryption::read_stored_value(value, nullptr);
  const auto object = encryption::read_kms_object(stored.body);
  if (!object) return {};
  under.key_id_hash = object->key_id_hash();
  return std::string(object->key_id);
}

}  // namespace

std::string_view key_state_name(KeyState state) {
  switch (state) {
    case KeyState::opens: return "opens";
    case KeyState::needs_plugin: return encryption::outcome_name(Outcome::needs_kms_plugin);
    case KeyState::other_resource: return kOtherResource;
    case KeyState::wrong_key: return encryption::outcome_name(Outcome::wrong_key);
    case KeyState::missing: return "missing";
    case KeyState::damaged: break;
  }
  return encryption::outcome_name(Outcome::damaged);
}

Result<void> BackupTally::take(const etcd::KeyValue& entry) {
  const auto object = parse_etcd_key(entry.key, prefix_);
  const bool encrypted = encryption::claims_encryption(entry.value);
  if (!object) {
    if (encrypted) ++report_.strays;
    return {};
  }
  ++report_.total;
  return encrypted ? take_encrypted(*object, entry) : take_plaintext(*object, entry);
}

// What no file encrypts needs nothing; what one does, needs `identity` in it.
Result<void> BackupTally::take_plaintext(const EtcdKey& object, const etcd::KeyValue& entry) {
  ++report_.plaintext;
  const KeyFiles::Providers& providers = files_.providers_for(object);
  Finding finding{object, entry, {}, KeyState::opens};
  finding.decryption.outcome = providers.plaintext_allowed ? Outcome::not_encrypted : Outcome::identity_not_allowed;
  finding.state = state_of(finding.decryption.outcome);
  if (providers.covered) note_key(finding);
  settle(finding);
  return {};
}

Result<void> BackupTally::take_encrypted(const EtcdKey& object, const etcd::KeyValue& entry) {
  ++report_.encrypted;
  const auto& providers = files_.providers_for(object).list;
  TRY_ASSIGN(encryption::Decryption decryption, encryption::decrypt_value(entry.value, entry.key, providers));
  Finding finding{object, entry, std::move(decryption), KeyState::opens};
  finding.state = state_of(finding.decryption.outcome);
  if (finding.state == KeyState::opens)
    finding.key = &files_.keys().at(*files_.key_at(providers, finding.decryption.position));
  if (finding.state == KeyState::needs_plugin) finding.key = named(finding.decryption.under);
  if (finding.state == KeyState::missing) TRY(look_elsewhere(finding));
  note_key(finding);
  settle(finding);
  return {};
}

// A key may be there for other resources alone: an API server with that file reads this one no more, but nothing is lost.
Result<void> BackupTally::look_elsewhere(Finding& finding) {
  const auto& all = files_.everything();
  TRY_ASSIGN(encryption::Decryption decryption, encryption::decrypt_value(finding.entry.value, finding.entry.key, all));
  const bool opens = decryption.outcome == Outcome::decrypts;
  if (!opens && decryption.outcome != Outcome::needs_kms_plugin) return {};
  finding.key = opens ? &files_.keys().at(*files_.key_at(all, decryption.position)) : named(decryption.under);
  finding.decryption.under = std::move(decryption.under);
  finding.state = KeyState::other_resource;
  return {};
}

void BackupTally::settle(const Finding& finding) {
  const encryption::Decryption& decryption = finding.decryption;
  switch (finding.state) {
    case KeyState::needs_plugin: ++report_.unchecked; return;
    case KeyState::other_resource:
      return fail_object(finding.object, kOtherResource,
                         fmt::format("is stored under {}, which is listed for other resources only",
                                     encryption::display(decryption.under)));
    case KeyState::opens: {
      const bool plain = decryption.outcome == Outcome::not_encrypted;
      return check_content(finding.object, plain ? finding.entry.value : decryption.plaintext.view(), finding.entry.key);
    }
    default:
      return fail_object(finding.object, encryption::outcome_name(decryption.outcome), failure_sentence(decryption));
  }
}

void BackupTally::check_content(const EtcdKey& object, std::string_view plaintext, std::string_view etcd_key) {
  const auto verdict = encryption::check_object(plaintext, etcd_key).verdict;
  const std::string_view sentence = failure_sentence(verdict);
  if (sentence.empty()) {
    ++report_.readable;
    return;
  }
  const bool other = verdict == encryption::ObjectVerdict::other_object;
  fail_object(object, other ? kOtherObject : kNotAnObject, std::string(sentence));
}

void BackupTally::note_key(const Finding& finding) {
  encryption::StoredUnder under = finding.decryption.under;
  std::string key_id = read_key_id(finding.entry.value, under);
  const std::string fingerprint = finding.key == nullptr ? "" : finding.key->fingerprint;
  const std::size_t file = finding.key == nullptr ? 0 : finding.key->file;
  const RowKey row{under, finding.state, fingerprint, file};
  auto found = rows_.find(row);
  if (found == rows_.end()) {
    if (rows_.size() >= kMaxNeededKeys) {
      ++report_.unlisted;
      return;
    }
    found = rows_.emplace(row, NeededKey{finding.state, std::move(under), std::move(key_id), fingerprint, file, 0, {}}).first;
  }
  ++found->second.objects;
  ++found->second.resources[group_resource(finding.object)];
}

const FileKey* BackupTally::named(const encryption::StoredUnder& under) const {
  const auto found = std::ranges::find(files_.keys(), under, &FileKey::under);
  return found == files_.keys().end() ? nullptr : &*found;
}

void BackupTally::fail_object(const EtcdKey& object, std::string_view reason, std::string message) {
  ++report_.unreadable;
  if (report_.failures.size() >= kMaxNamedUnreadable) return;
  report_.failures.push_back({group_resource(object), std::string(object.name_space), std::string(object.name),
                              std::string(reason), std::move(message)});
}

// A key that values name and that does not open them is not called superfluous: somebody has to look at it.
bool BackupTally::is_claimed(const FileKey& key) const {
  return std::ranges::any_of(rows_, [&key](const auto& row) {
    const NeededKey& needed = row.second;
    if (needed.under.provider != key.under.provider || needed.under.key != key.under.key) return false;
    return !has_file(needed.state) || needed.fingerprint == key.fingerprint;
  });
}

BackupReport BackupTally::finish() {
  for (auto& [row, needed] : rows_) report_.keys.push_back(needed);
  for (const FileKey& key : files_.keys())
    if (!is_claimed(key)) report_.unneeded.push_back(key);
  // A file has them by revision, which depends on who wrote faster.
  std::ranges::sort(report_.failures, {}, [](const DecryptionFailure& one) { return std::tie(one.resource, one.name_space, one.name); });
  return std::move(report_);
}

}  // namespace kencrypt::inventory
