#include "coverage/coverage.h"

#include <fmt/format.h>

#include <algorithm>

namespace kencrypt::coverage {
namespace {

enum class Class { current, stale, plaintext, unknown };

Class class_of(const encryption::StoredUnder& under,
               const std::optional<encryption::StoredUnder>& write) {
  if (under.provider == encryption::Provider::identity) return Class::plaintext;
  if (!write || under.provider == encryption::Provider::other) return Class::unknown;
  if (under != *write) return Class::stale;
  return encryption::is_kms(under.provider) ? Class::unknown : Class::current;
}

// Adds what `key` surely contributes.
void add_key(const KeyBounds& key, const WriteKey& write_key, Coverage& row) {
  switch (class_of(key.under, write_key.under)) {
    case Class::current:
      row.current += key.min - std::min(key.min, key.shadowed);
      break;
    case Class::stale:
      row.stale += key.min;
      break;
    case Class::plaintext:
      row.plaintext += key.min;
      break;
    case Class::unknown:
      break;
  }
}

// What a reader of the row must know of this key.
std::optional<std::string> note_on(const KeyBounds& key, const WriteKey& write_key) {
  if (!write_key.under || key.under != *write_key.under) return std::nullopt;
  if (encryption::is_kms(key.under.provider))
    return fmt::format(
        "objects under {} count as unknown: whether the KMS plugin's present key encrypts "
        "them is not known from this",
        encryption::display(key.under));
  if (key.shadowed > 0)
    return fmt::format("up to {} objects may be under an older key with the name of {}",
                       key.shadowed, encryption::display(key.under));
  return std::nullopt;
}

void add_row(Coverage& sum, const Coverage& row) {
  sum.total += row.total;
  sum.current += row.current;
  sum.stale += row.stale;
  sum.plaintext += row.plaintext;
  sum.unknown += row.unknown;
  sum.unmeasured += row.unmeasured;
  sum.exact = sum.exact && row.exact;
  add_keys(sum.keys, row.keys);
}

}  // namespace

void add_keys(std::vector<KeyBounds>& sum, const std::vector<KeyBounds>& more) {
  for (const KeyBounds& key : more) {
    const auto same = std::find_if(sum.begin(), sum.end(),
                                   [&key](const KeyBounds& one) { return one.under == key.under; });
    if (same == sum.end()) {
      sum.push_back(key);
      continue;
    }
    same->min += key.min;
    same->max += key.max;
    same->shadowed += key.shadowed;
  }
  std::sort(sum.begin(), sum.end(),
            [](const KeyBounds& a, const KeyBounds& b) { return a.under < b.under; });
}

std::optional<unsigned> Coverage::percent() const {
  if (total == 0) return std::nullopt;
  if (current == total) return exact ? 100 : 99;
  return static_cast<unsigned>(100 * current / total);
}

Coverage classify(const NamespaceCount& count, const WriteKey& write_key) {
  Coverage row;
  row.name_space = count.name_space;
  row.total = count.total;
  row.unmeasured = count.unmeasured;
  row.exact = count.exact;
  row.keys = count.keys;
  row.notes = count.notes;
  for (const KeyBounds& key : count.keys) {
    add_key(key, write_key, row);
    if (auto note = note_on(key, write_key)) row.notes.push_back(*std::move(note));
  }
  row.unknown = row.total - row.current - row.stale - row.plaintext;
  return row;
}

CoverageReport make_report(const std::vector<NamespaceCount>& counts, const WriteKey& write_key) {
  CoverageReport report;
  for (const NamespaceCount& count : counts) {
    report.namespaces.push_back(classify(count, write_key));
    add_row(report.total, report.namespaces.back());
  }
  return report;
}

}  // namespace kencrypt::coverage
