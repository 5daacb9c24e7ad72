#include "census/window.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "census/absence.h"
#include "census/key_ids.h"
#include "census/key_table.h"

namespace kencrypt::census {
namespace {

bool any_fell(const PrefixCounts& before, const PrefixCounts& after) {
  return std::any_of(before.begin(), before.end(), [&after](const auto& entry) {
    const auto now = after.find(entry.first);
    return now == after.end() || now->second < entry.second;
  });
}

bool other_process(const Scrape& before, const Scrape& after) {
  return before.process_start != after.process_start ||
         (before.config_hash && after.config_hash &&
          before.apiserver_id_hash != after.apiserver_id_hash);
}

bool reconfigured(const Scrape& before, const Scrape& after) {
  return before.config_hash != after.config_hash || before.reloads != after.reloads ||
         before.last_reload != after.last_reload;
}

WindowResult no_claim(Remedy remedy, std::string reason) {
  WindowResult result;
  result.remedy = remedy;
  result.reason = std::move(reason);
  return result;
}

// Of a page that will not be another the next time.
WindowResult no_claim_ever(std::string reason) {
  WindowResult result = no_claim(Remedy::none, std::move(reason));
  result.lasting = true;
  return result;
}

WindowResult no_claim_spread(std::string reason) {
  WindowResult result = no_claim(Remedy::none, std::move(reason));
  result.spread = true;
  return result;
}

constexpr std::string_view kSpread =
    "the metrics and the reads seem to come from different API servers: something in between spreads the "
    "requests of one connection over several; point the kubeconfig at one API server";

// What forbids any claim, or nullopt.
std::optional<WindowResult> void_window(const Scrape& before, const Scrape& after) {
  if (after.connections_opened != before.connections_opened)
    return no_claim(Remedy::repeat, "the connection to the API server was opened anew in between");
  if (!before.process_start || !after.process_start)
    return no_claim_ever(
        "the metrics page does not say when the process began "
        "(process_start_time_seconds), so a restart would go unnoticed");
  if (other_process(before, after)) return no_claim_spread(std::string(kSpread));
  if (counters_fell(before, after))
    return no_claim(Remedy::repeat, "a counter of the API server fell in between");
  if (reconfigured(before, after))
    return no_claim(Remedy::repeat, "the API server changed its encryption configuration in between");
  if (before.relabelled || after.relabelled)
    return no_claim_ever(
        "the API server hides label values of the storage metrics "
        "(--allow-metric-labels)");
  return std::nullopt;
}

PrefixCounts difference(const PrefixCounts& before, const PrefixCounts& after) {
  PrefixCounts change;
  for (const auto& [prefix, count] : after) {
    const auto then = before.find(prefix);
    const std::uint64_t added = count - (then == before.end() ? 0 : then->second);
    if (added > 0) change[prefix] = added;
  }
  return change;
}

WindowResult conclude_absence(const WindowInput& input) {
  if (auto doubt = plaintext_doubt(input)) {
    const bool foreign = !input.resource.group.empty() && !input.stored_here;
    return foreign ? no_claim_ever(*std::move(doubt)) : no_claim(Remedy::repeat, *std::move(doubt));
  }
  WindowResult result;
  result.claim = Claim::exact;
  result.by_absence = true;
  result.keys.push_back({{encryption::Provider::identity, ""}, input.reads, input.reads, 0});
  result.reason = "in plaintext, since the API server read the objects without any of its encryption "
                  "providers: its encryption configuration, if it has one, does not name the resource";
  return result;
}

WindowResult upper_bounds_only(const KeyTable& table, const WindowInput& input) {
  WindowResult result;
  result.claim = Claim::bounds;
  result.keys = split_by_key_id(table.cells(), input.before, input.after);
  for (coverage::KeyBounds& key : result.keys) key.min = 0;
  result.reason = "the metrics of this API server (1.31 or older) do not tell resources apart, so reads of "
                  "others cannot be ruled out";
  return result;
}

bool all_exact(const std::vector<coverage::KeyBounds>& keys, std::uint64_t reads) {
  std::uint64_t sum = 0;
  for (const coverage::KeyBounds& key : keys) {
    if (key.min != key.max) return false;
    sum += key.min;
  }
  return sum == reads;
}

std::string describe_noise(std::uint64_t noise, const WindowInput& input, bool checked) {
  return fmt::format(
      "the API server counted {} reads besides the {} of this census{}", noise, input.reads,
      checked ? "; it compared its cache with etcd meanwhile, as it does every few minutes" : "");
}

WindowResult judge(const KeyTable& table, const WindowInput& input) {
  constexpr std::string_view kAmbiguous =
      "several providers and several key names are in use, and the metrics do not say which key "
      "belongs to "
      "which provider; the configuration, given with --config, does on 1.34 and later";
  WindowResult result;
  const auto cells = table.cells();
  result.keys = split_by_key_id(cells, input.before, input.after);
  result.checked = input.after.consistency_checks > input.before.consistency_checks;
  if (all_exact(result.keys, input.reads)) {
    result.claim = Claim::exact;
    return result;
  }
  result.claim = Claim::bounds;
  const bool by_key_ids = all_exact(cells, input.reads);  // all but they are exact
  const bool ambiguous = table.noise() == 0 && !by_key_ids;
  result.remedy = ambiguous ? Remedy::split : Remedy::repeat;
  if (ambiguous)
    result.reason = kAmbiguous;
  else if (by_key_ids)
    result.reason = "the API server read other objects under the same KMS plugin meanwhile";
  else
    result.reason = describe_noise(table.noise(), input, result.checked);
  return result;
}

const encryption::EncryptionConfig* running_config(const WindowInput& input) {
  const bool same = input.config != nullptr && input.after.config_hash == input.config->hash;
  return same ? input.config : nullptr;
}

}  // namespace

bool counters_fell(const Scrape& before, const Scrape& after) {
  return any_fell(before.from_storage, after.from_storage) ||
         any_fell(before.from_storage_failed, after.from_storage_failed) ||
         any_fell(before.to_storage, after.to_storage) || after.gets_served < before.gets_served ||
         after.reloads < before.reloads || after.consistency_checks < before.consistency_checks;
}

WindowResult measure_window(const WindowInput& input) {
  if (auto verdict = void_window(input.before, input.after)) return *std::move(verdict);
  if (input.reads == 0) return {.claim = Claim::exact, .keys = {}, .reason = ""};
  if (samples_absent(input.before, input.after)) return conclude_absence(input);
  const KeyTable table({.reads = input.reads,
                        .read = difference(input.before.from_storage, input.after.from_storage),
                        .failed = difference(input.before.from_storage_failed,
                                             input.after.from_storage_failed),
                        .config = running_config(input),
                        .all_counted = input.after.resource_label != ResourceLabel::absent});
  if (table.unreadable())
    return no_claim(Remedy::none, "the metrics count reads under a prefix that is not understood");
  if (input.after.resource_label == ResourceLabel::absent) return upper_bounds_only(table, input);
  if (table.missing()) return no_claim_spread(std::string(kSpread));
  if (table.contradictory())
    return no_claim(Remedy::repeat, "the API server's counts of providers and of keys do not fit together");
  return judge(table, input);
}

}  // namespace kencrypt::census
