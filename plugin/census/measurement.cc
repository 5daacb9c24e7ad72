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

std::string describe_failures(const ReadTally& tally) {
  std::string text = fmt::format("{} could not be read: ", tally.failed);
  for (std::size_t i = 0; i < tally.failures.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : "; ", tally.failures[i]);
  if (tally.failed > tally.failures.size()) text += "; ...";
  return text;
}

}  // namespace

Measurement unmeasured(std::uint64_t objects, std::string reason) {
  Measurement result;
  result.total = objects;
  result.unmeasured = objects;
  add_note(result.notes, std::move(reason));
  return result;
}

Measurement from_window(const WindowResult& window, const ReadTally& tally, std::uint64_t objects) {
  Measurement result;
  result.total = objects - tally.gone;
  result.unmeasured = window.claim == Claim::none ? result.total : tally.failed;
  result.exact = window.claim == Claim::exact;
  result.remedy = window.remedy;
  result.keys = window.keys;
  add_note(result.notes, window.reason);
  if (tally.failed > 0) add_note(result.notes, describe_failures(tally));
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
