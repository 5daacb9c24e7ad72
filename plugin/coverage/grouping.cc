#include "coverage/grouping.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace kencrypt::coverage {
namespace {

using encryption::StoredUnder;

// Where objects are. The names are the report's.
struct Places {
  std::set<std::string_view> namespaces;
  std::set<std::string_view> resources;

  void add(const Coverage& row) {
    if (!row.name_space.empty()) namespaces.insert(row.name_space);
    resources.insert(row.resource);
  }
  void add(const Places& more) {
    namespaces.insert(more.namespaces.begin(), more.namespaces.end());
    resources.insert(more.resources.begin(), more.resources.end());
  }
};

// A row that grows.
struct Group {
  Coverage counts;
  std::uint64_t listed = 0;  // the upper bounds of the rows that name the key
  std::uint64_t max = 0;     // all that may be under it
  std::set<Class> states;
  Places surely;
  Places possibly;

  KeyRow finish(std::optional<StoredUnder> under) && {
    KeyRow row{.under = std::move(under), .counts = std::move(counts), .max = max};
    row.counts.unknown = row.counts.total - row.counts.current - row.counts.stale - row.counts.plaintext;
    row.states.assign(states.begin(), states.end());
    row.namespaces_min = surely.namespaces.size();
    row.namespaces_max = possibly.namespaces.size();
    row.resources.assign(possibly.resources.begin(), possibly.resources.end());
    return row;
  }
};

class KeyGroups {
 public:
  void add(const Coverage& row, const std::optional<StoredUnder>& write) {
    std::uint64_t placed = 0;
    for (const KeyBounds& key : row.keys) {
      add_key(key, row, write);
      placed += key.min;
    }
    if (row.unmeasured > 0) unmeasured_places_.add(row);
    unmeasured_ += row.unmeasured;
    total_ += row.total;
    placed_ += placed;
    if (placed >= row.total) return;
    unplaced_.surely.add(row);
    unplaced_.possibly.add(row);
  }

  std::vector<KeyRow> finish() && {
    std::vector<KeyRow> rows;
    widen();
    for (auto& [under, group] : groups_) {
      if (group.max == 0) continue;  // the others leave no room for it
      group.counts.exact = group.max == group.counts.total;
      rows.push_back(std::move(group).finish(under));
    }
    if (placed_ >= total_) return rows;
    unplaced_.counts.total = unplaced_.max = total_ - placed_;
    unplaced_.counts.exact = false;
    unplaced_.states = {Class::unknown};
    rows.push_back(std::move(unplaced_).finish(std::nullopt));
    return rows;
  }

 private:
  void add_key(const KeyBounds& key, const Coverage& row, const std::optional<StoredUnder>& write) {
    Group& group = groups_[key.under];
    group.counts.total += key.min;
    group.listed += key.max;
    count_certain(key, write, group.counts);
    const Class kind = class_of(key.under, write);
    group.states.insert(kind);
    if (kind == Class::current && key.shadowed > 0) group.states.insert(Class::unknown);
    if (key.min > 0) group.surely.add(row);
    if (key.max > 0) group.possibly.add(row);
  }

  // By what may be under the key besides: objects of which nothing is known, and those of the same KMS plugin whose key
  // ID is not known.
  void widen() {
    for (auto& [under, group] : groups_) {
      std::uint64_t elsewhere = placed_ - group.counts.total;
      group.max = group.listed + unmeasured_;
      group.possibly.add(unmeasured_places_);
      const auto vague = groups_.find({under.provider, under.key, ""});
      if (!under.key_id_hash.empty() && vague != groups_.end()) {
        group.max += vague->second.listed;
        elsewhere -= vague->second.counts.total;
        group.possibly.add(vague->second.possibly);
      }
      group.max = std::min(group.max, total_ - std::min(total_, elsewhere));
    }
  }

  std::map<StoredUnder, Group> groups_;
  Group unplaced_;  // objects that are in no key's lower bound
  Places unmeasured_places_;
  std::uint64_t unmeasured_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t placed_ = 0;
};

}  // namespace

std::vector<KeyRow> by_key(const CoverageReport& report, const WriteKeyOf& write_key_of) {
  KeyGroups groups;
  std::optional<StoredUnder> write;
  const std::string* resource = nullptr;  // that `write` is of
  for (const Coverage& row : report.namespaces) {
    if (resource == nullptr || *resource != row.resource) write = write_key_of(row.resource);
    resource = &row.resource;
    groups.add(row, write);
  }
  return std::move(groups).finish();
}

std::vector<Coverage> by_resource(const CoverageReport& report) {
  std::vector<Coverage> rows;
  std::map<std::string_view, std::size_t> places;
  for (const Coverage& row : report.namespaces) {
    const auto [place, is_new] = places.try_emplace(row.resource, rows.size());
    if (is_new) rows.emplace_back().resource = row.resource;
    add_row(rows[place->second], row);
  }
  return rows;
}

}  // namespace kencrypt::coverage
