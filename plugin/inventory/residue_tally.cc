#include "inventory/residue_tally.h"

#include "inventory/tally.h"

namespace kencrypt::inventory {
namespace {

// Nobody configures more; free pages may hold anything, and must not make this grow.
constexpr std::size_t kMaxCounts = 10'000;

}  // namespace

void ResidueTally::take(snapshot::Place place, const etcd::KeyValue& entry) {
  const auto object = parse_etcd_key(entry.key, options_.prefix);
  if (!object || (options_.wanted && !options_.wanted(*object))) return;
  const encryption::StoredValue stored = encryption::read_stored_value(entry.value, nullptr);
  encryption::StoredUnder under =
      doubt_about(stored).empty() ? stored.under : encryption::StoredUnder{encryption::Provider::other, ""};
  if (counts_.size() >= kMaxCounts && !counts_.contains({place, under})) under = {encryption::Provider::other, ""};
  ++counts_[{place, std::move(under)}];
}

std::vector<ResidueCount> ResidueTally::counts() const {
  std::vector<ResidueCount> list;
  for (const auto& [what, values] : counts_) list.push_back({what.first, what.second, values});
  return list;
}

std::string_view remedy_for(snapshot::Place place) {
  switch (place) {
    case snapshot::Place::superseded:
    case snapshot::Place::deleted:
      return "compaction of etcd, which the API server asks for every 5 minutes, makes these free pages";
    case snapshot::Place::free_page: return "defragmentation of each member (etcdctl defrag) removes these";
    case snapshot::Place::wal: return "etcd removes the segments one by one as it writes new ones after snapshots of its own";
    case snapshot::Place::current: break;
  }
  return {};
}

}  // namespace kencrypt::inventory
