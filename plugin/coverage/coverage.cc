#include "coverage/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kencrypt::coverage {
namespace {

bool same_name(const encryption::StoredUnder& a, const encryption::StoredUnder& b) {
  return a.provider == b.provider && a.key == b.key;
}

// What a reader of the row must know of this key.
std::optional<std::string> note_on(const KeyBounds& key, const WriteKey& write_key) {
  if (!write_key.under || !same_name(key.under, *write_key.under)) return std::nullopt;
  const bool is_kms = encryption::is_kms(key.under.provider);
  if (is_kms && class_of(key.under, write_key.under) == Class::unknown)
    return fmt::format(
        "objects under {} count as unknown: whether the KMS plugin's present key encrypts "
        "them is not known from this",
        encryption::display(key.under));
  if (!is_kms && key.shadowed > 0)
    return fmt::format("up to {} objects may be under an older key with the name of {}",
                       key.shadowed, encryption::display(key.under));
  return std::nullopt;
}

}  // namespace

std::string_view class_name(Class kind) {
  switch (kind) {
    case Class::current:
      return "current";
    case Class::stale:
      return "stale";
    case Class::plaintext:
      return "plaintext";
    case Class::unknown:
      break;
  }
  return "unknown";
}

Class class_of(const encryption::StoredUnder& under,
               const std::optional<encryption::StoredUnder>& write) {
  if (under.provider == encryption::Provider::identity) return Class::plaintext;
  if (!write || under.provider == encryption::Provider::other) return Class::unknown;
  if (!same_name(under, *write)) return Class::stale;
  if (!encryption::is_kms(under.provider)) return Class::current;
  if (under.key_id_hash.empty() || write->key_id_hash.empty()) return Class::unknown;
  return under.key_id_hash == write->key_id_hash ? Class::current : Class::stale;
}

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

void count_certain(const KeyBounds& key, const std::optional<encryption::StoredUnder>& write,
                   Coverage& row) {
  switch (class_of(key.under, write)) {
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

std::optional<unsigned> Coverage::percent() const {
  if (total == 0) return std::nullopt;
  if (current == total) return exact ? 100 : 99;
  return static_cast<unsigned>(100 * current / total);
}

Coverage classify(const NamespaceCount& count, const WriteKey& write_key) {
  Coverage row;
  row.resource = count.resource;
  row.name_space = count.name_space;
  row.total = count.total;
  row.unmeasured = count.unmeasured;
  row.exact = count.exact;
  row.keys = count.keys;
  row.notes = count.notes;
  for (const KeyBounds& key : count.keys) {
    count_certain(key, write_key.under, row);
    if (auto note = note_on(key, write_key)) row.notes.push_back(*std::move(note));
  }
  row.unknown = row.total - row.current - row.stale - row.plaintext;
  return row;
}

CoverageReport make_report(const std::vector<NamespaceCount>& counts, const WriteKey& write_key) {
  CoverageReport report;
  for (const NamespaceCount& count : counts) {
    report.namespaces.push_back(classify(count, write_key));
    report.total.resource = count.resource;
    add_row(report.total, report.namespaces.back());
  }
  return report;
}

void add_report(CoverageReport& sum, CoverageReport more) {
  if (more.namespaces.empty()) return;
  const bool first = sum.namespaces.empty();
  const bool same = first || sum.total.resource == more.total.resource;
  if (first) sum.total.resource = more.total.resource;
  if (!same) sum.total.resource.clear();
  add_row(sum.total, more.total);
  for (Coverage& row : more.namespaces) sum.namespaces.push_back(std::move(row));
}

}  // namespace kencrypt::coverage
