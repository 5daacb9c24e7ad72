#include "census/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kencrypt::census {
namespace {

void add_note(std::vector<std::string>& notes, std::string note) {
  if (note.empty() || std::find(notes.begin(), notes.end(), note) != notes.end()) return;
  notes.push_back(std::move(note));
}

// How many objects are surely placed.
std::uint64_t placed(const Measurement& one) {
  std::uint64_t sum = 0;
  for (const coverage::KeyBounds& key : one.keys) sum += key.min;
  return sum;
}

// Of `failed` failures among the objects from `begin` to `end`, of which the first of a window are
// named.
std::string describe_failures(std::uint64_t failed, const std::vector<ReadFailure>& named,
                              std::size_t begin, std::size_t end) {
  std::string list;
  std::size_t listed = 0;
  for (const ReadFailure& failure : named) {
    if (failure.index < begin || failure.index >= end) continue;
    list += fmt::format("{}{}", list.empty() ? "" : "; ", failure.text);
    ++listed;
  }
  if (listed == 0) return fmt::format("{} could not be read", failed);
  return fmt::format("{} could not be read: {}{}", failed, list, failed > listed ? "; ..." : "");
}

}  // namespace

Measurement unmeasured(std::uint64_t objects, std::string reason) {
  Measurement result;
  result.total = objects;
  result.unmeasured = objects;
  add_note(result.notes, std::move(reason));
  return result;
}

bool is_uniform(const WindowResult& window) {
  return window.claim == Claim::exact && window.keys.size() <= 1 &&
         (window.keys.empty() || window.keys.front().shadowed == 0);
}

Measurement from_window(const WindowResult& window, const ReadTally& tally) {
  const std::size_t objects = tally.outcomes.size();
  Measurement result;
  result.total = objects - tally.gone;
  result.unmeasured = window.claim == Claim::none ? result.total : tally.failed;
  result.exact = window.claim == Claim::exact;
  result.remedy = window.remedy;
  result.keys = window.keys;
  add_note(result.notes, window.reason);
  if (tally.failed > 0)
    add_note(result.notes, describe_failures(tally.failed, tally.failures, 0, objects));
  return result;
}

Measurement part_of_window(const WindowResult& window, const ReadTally& tally, std::size_t begin,
                           std::size_t end) {
  std::uint64_t read = 0;
  std::uint64_t failed = 0;
  for (std::size_t i = begin; i < end; ++i) {
    read += tally.outcomes[i] == Outcome::read ? 1U : 0U;
    failed += tally.outcomes[i] == Outcome::failed ? 1U : 0U;
  }
  Measurement result;
  result.total = read + failed;
  result.unmeasured = failed;
  result.exact = true;
  if (read > 0) result.keys = {{window.keys.front().under, read, read, 0}};
  add_note(result.notes, window.reason);
  if (failed > 0) add_note(result.notes, describe_failures(failed, tally.failures, begin, end));
  return result;
}

Measurement merge(Measurement a, const Measurement& b) {
  a.total += b.total;
  a.unmeasured += b.unmeasured;
  a.exact = a.exact && b.exact;
  coverage::add_keys(a.keys, b.keys);
  for (const std::string& note : b.notes) add_note(a.notes, note);
  return a;
}

Measurement better(Measurement a, Measurement b) {
  if (a.exact != b.exact) return a.exact ? std::move(a) : std::move(b);
  if (placed(a) != placed(b)) return placed(a) > placed(b) ? std::move(a) : std::move(b);
  return a.unmeasured <= b.unmeasured ? std::move(a) : std::move(b);
}

coverage::NamespaceCount to_count(std::string name_space, Measurement measurement) {
  coverage::NamespaceCount count;
  count.name_space = std::move(name_space);
  count.total = measurement.total;
  count.unmeasured = measurement.unmeasured;
  count.exact = measurement.exact && measurement.unmeasured == 0;
  count.keys = std::move(measurement.keys);
  count.notes = std::move(measurement.notes);
  return count;
}

}  // namespace kencrypt::census
