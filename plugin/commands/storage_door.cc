#include "commands/storage_door.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

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
Result<census::ServerAgreement> ask_servers(const StorageOptions& storage, const cli::ParsedFlags& flags,
                                            Environment& environment) {
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  const control_plane::Surroundings around = surroundings_of(*session, environment);
  TRY_ASSIGN(auto page, control_plane::ask_first(around));
  const auto hash = storage.ring ? std::optional(storage.ring->hash()) : std::nullopt;
  return census::compare(control_plane::ask_all(around, std::move(page)), hash);
}

Result<Removal> judge(const StatusOptions& options, const StorageOptions& storage, const cli::ParsedFlags& flags,
                      Environment& environment, StatusResult& result) {
  RemovalQuestion question{.key = options.safe_to_remove,
                           .config_path = options.config_path,
                           .completeness_doubt = {},
                           .servers = std::nullopt,
                           .unasked = {}};
  if (!storage.everything)
    question.completeness_doubt = "not everything in etcd was counted: leave out types and the namespace";
  if (storage.door == StorageDoor::snapshot) {
    question.completeness_doubt = std::string(kFirstSnapshot);
    question.unasked = "a snapshot is looked at without a cluster";
    return check_removal(question, result.coverage);
  }
  auto servers = ask_servers(storage, flags, environment);
  if (servers)
    question.servers = result.servers = *std::move(servers);
  else
    question.unasked = servers.error().message;
  return check_removal(question, result.coverage);
}

}  // namespace

Result<int> run_storage_door(const StatusOptions& options, const StorageOptions& storage, const cli::ParsedFlags& flags,
                             Environment& environment) {
  FindOptions find;
  if (options.find) find = {options.find->wanted, options.find->limit};
  TRY_ASSIGN(StorageReading reading, read_storage(storage, find, flags, environment));
  StatusResult result = to_result(options, std::move(reading));
  if (!options.safe_to_remove.empty()) {
    TRY_ASSIGN(result.removal, judge(options, storage, flags, environment, result));
  }
  TRY(print_status(options, result, flags.get_bool("all-namespaces") ? "" : flags.get_string("namespace"), environment));
  return exit_code_for(options, result);
}

}  // namespace kencrypt::commands
