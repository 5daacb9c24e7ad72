#include "commands/storage_door.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "commands/own_etcd.h"
#include "commands/preflight.h"
#include "commands/session.h"
#include "commands/status_output.h"
#include "commands/storage_reading.h"
#include "control_plane/survey.h"

namespace kencrypt::commands {
namespace {

constexpr std::string_view kFirstSnapshot =
    "a snapshot tells what was stored when it was made, not what is stored now: ask etcd itself";

Found found_in(const Find& find, inventory::Collection& collection) {
  Found found{.word = find.word, .objects = {}};
  for (inventory::FoundObject& object : collection.found)
    found.objects.push_back({std::move(object.resource),
                             {std::move(object.name_space), std::move(object.name)},
                             std::move(object.under)});
  found.capped = collection.found_in_all > found.objects.size();
  return found;
}

// One for the whole report where all resources have the same.
void take_write_keys(std::vector<std::pair<std::string, coverage::WriteKey>> write_keys, StatusResult& result) {
  if (write_keys.empty()) return;
  const coverage::WriteKey first = write_keys.front().second;
  const bool common = std::all_of(write_keys.begin(), write_keys.end(),
                                  [&first](const auto& one) { return one.second.under == first.under; });
  result.write_key = common ? first : coverage::WriteKey{std::nullopt, "Each resource has its own."};
  if (write_keys.size() == 1) {
    result.resource.plural = std::move(write_keys.front().first);
    return;
  }
  for (auto& [resource, write_key] : write_keys) result.write_keys.push_back({resource, std::move(write_key)});
}

StatusResult to_result(const StatusOptions& options, StorageReading reading) {
  StatusResult result;
  result.by = options.by;
  result.evidence = std::move(reading.evidence);
  result.evidence_text = fmt::format("{}.", fmt::join(reading.sources, ";\n           "));
  take_write_keys(std::move(reading.collection.write_keys), result);
  if (options.find) result.found = found_in(*options.find, reading.collection);
  result.coverage = std::move(reading.collection.coverage);
  result.decryption = std::move(reading.collection.decryption);
  result.residue = std::move(reading.residue);
  result.remarks = std::move(reading.remarks);
  return result;
}

// What the API servers run; they have nothing to do with the counts.
Result<census::ServerAgreement> agreement_of(const StorageOptions& storage, const cli::ParsedFlags& flags,
                                             Environment& environment) {
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  const control_plane::Surroundings around = surroundings_of(*session, environment);
  TRY_ASSIGN(auto page, control_plane::ask_first(around));
  const auto hash = storage.ring ? std::optional(storage.ring->hash()) : std::nullopt;
  return census::compare(control_plane::ask_all(around, std::move(page)), hash);
}

AskedServers ask_servers(const StorageOptions& storage, const cli::ParsedFlags& flags, Environment& environment) {
  if (storage.door == StorageDoor::snapshot) return {std::nullopt, "a snapshot is looked at without a cluster"};
  auto agreement = agreement_of(storage, flags, environment);
  if (!agreement) return {std::nullopt, std::move(agreement).error().message};
  return {*std::move(agreement), {}};
}

std::string doubt_about_counts(const StorageOptions& storage, const std::optional<OwnEtcd>& own) {
  if (storage.door == StorageDoor::snapshot) return std::string(kFirstSnapshot);
  if (!storage.everything) return "not everything in etcd was counted: leave out types and the namespace";
  return own ? own->doubt() : std::string();
}

// --safe-to-remove: what has to be known before etcd is read, while it is read, and after.
class RemovalJudge {
 public:
  RemovalJudge(const StorageOptions& storage, const cli::ParsedFlags& flags, Environment& environment)
      : storage_(storage), flags_(flags), environment_(environment), before_(ask_servers(storage, flags, environment)) {
    if (before_.agreement) own_.emplace(*before_.agreement);
  }

  void see(const inventory::EtcdKey& object) {
    if (own_) own_->see(object);
  }

  // Also says in `result` what the servers run.
  Removal judge(const StatusOptions& options, StatusResult& result) {
    // Servers that could not be asked then need not be waited for once more.
    const AskedServers after = before_.agreement ? ask_servers(storage_, flags_, environment_) : before_;
    result.servers = after.agreement;
    return check_removal({.key = options.safe_to_remove,
                          .config = storage_.ring,
                          .completeness_doubt = doubt_about_counts(storage_, own_),
                          .before = before_,
                          .after = after},
                         result.coverage);
  }

 private:
  const StorageOptions& storage_;
  const cli::ParsedFlags& flags_;
  Environment& environment_;
  AskedServers before_;
  std::optional<OwnEtcd> own_;  // where it is known whose it should be
};

}  // namespace

Result<int> run_storage_door(const StatusOptions& options, const StorageOptions& storage, const cli::ParsedFlags& flags,
                             Environment& environment) {
  ReadingOptions details;
  if (options.find) details = {.find = options.find->wanted, .find_limit = options.find->limit};
  std::optional<RemovalJudge> judge;
  if (!options.safe_to_remove.empty()) {
    judge.emplace(storage, flags, environment);
    details.on_object = [&judge](const inventory::EtcdKey& object) { judge->see(object); };
  }
  TRY_ASSIGN(StorageReading reading, read_storage(storage, details, flags, environment));
  StatusResult result = to_result(options, std::move(reading));
  if (judge)
    result.removal = judge->judge(options, result);
  print_status(options, result, flags.get_bool("all-namespaces") ? "" : flags.get_string("namespace"), environment);
  return exit_code_for(options, result);
}

}  // namespace kencrypt::commands
