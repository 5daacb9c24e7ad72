#include "commands/backup_verdict.h"

#include <fmt/format.h>

#include <algorithm>

namespace kencrypt::commands {
namespace {

using inventory::BackupReport;
using inventory::KeyState;
using inventory::NeededKey;

constexpr std::size_t kNamedKeys = 5;  // the table has them all

struct Named {
  std::uint64_t objects = 0;
  std::string keys;  // "aescbc/a, aescbc/b and 3 more"
};

Named named_with(const BackupReport& report, KeyState state) {
  Named named;
  std::size_t keys = 0;
  for (const NeededKey& key : report.keys) {
    if (key.state != state) continue;
    named.objects += key.objects;
    if (++keys <= kNamedKeys) named.keys += (keys == 1 ? "" : ", ") + encryption::display(key.under);
  }
  if (keys > kNamedKeys) named.keys += fmt::format(" and {} more", keys - kNamedKeys);
  return named;
}

std::string objects_are(std::uint64_t objects) { return objects == 1 ? "1 object is" : fmt::format("{} objects are", objects); }

struct Sentence {
  KeyState state;
  std::string_view rest;  // after "3 objects are"; {} are the keys
};

constexpr Sentence kFailures[] = {
    {KeyState::missing, "stored under what the configuration does not have: {}; look for the key in older files and add --config"},
    {KeyState::wrong_key, "stored under a name whose key in the configuration does not open them: {}; look for the key of that time"},
    {KeyState::other_resource, "stored under a key that the configuration lists for other resources only: {}; list it for theirs, too"},
    {KeyState::damaged, "damaged, whatever the key: {}"}};

std::vector<std::string> failures_of(const BackupReport& report) {
  std::vector<std::string> reasons;
  std::uint64_t content = report.unreadable - std::min(report.unlisted, report.unreadable);
  for (const Sentence& one : kFailures) {
    const Named named = named_with(report, one.state);
    if (named.objects == 0) continue;
    content -= std::min(content, named.objects);
    reasons.push_back(objects_are(named.objects) + " " + fmt::format(fmt::runtime(one.rest), named.keys));
  }
  if (content > 0)
    reasons.push_back(objects_are(content) + " not what the key in etcd says, though nothing is wrong with the encryption");
  if (report.unlisted > 0)
    reasons.push_back(objects_are(report.unlisted) + " under still other keys, more than any configuration has");
  return reasons;
}

std::vector<std::string> doubts_of(const BackupReport& report, bool checksum, std::string_view prefix) {
  std::vector<std::string> reasons;
  if (!checksum)
    reasons.emplace_back("the file has no checksum: if etcd wrote to it while it was copied, objects may be missing or out of date; "
                         "a snapshot by etcdctl has one");
  if (report.total == 0)
    reasons.push_back(fmt::format("there are no objects below {}: see --etcd-prefix of the API server", prefix));
  if (const Named kms = named_with(report, KeyState::needs_plugin); kms.objects > 0)
    reasons.push_back(objects_are(kms.objects) + fmt::format(" under a KMS, whose plugin alone can tell: {}", kms.keys));
  if (report.strays > 0)
    reasons.push_back(fmt::format("{} encrypted values below {} have keys in etcd that are those of no object", report.strays, prefix));
  return reasons;
}

}  // namespace

std::string_view verdict_name(BackupVerdict verdict) {
  switch (verdict) {
    case BackupVerdict::verified: return "verified";
    case BackupVerdict::failed: return "failed";
    case BackupVerdict::unknown: break;
  }
  return "unknown";
}

BackupJudgement judge_backup(const BackupReport& report, bool checksum, std::string_view prefix) {
  BackupJudgement judgement{BackupVerdict::verified, failures_of(report)};
  std::vector<std::string> doubts = doubts_of(report, checksum, prefix);
  if (!doubts.empty()) judgement.verdict = BackupVerdict::unknown;
  if (report.unreadable > 0) judgement.verdict = BackupVerdict::failed;
  judgement.reasons.insert(judgement.reasons.end(), doubts.begin(), doubts.end());
  return judgement;
}

}  // namespace kencrypt::commands
