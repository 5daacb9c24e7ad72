#include "inventory/tally.h"

#include <fmt/format.h>

#include <utility>

#include "encryption/kms_object.h"

namespace kencrypt::inventory {
namespace {

// The key ID is the plugin's own name for the key that it wrapped the data key with; reports show its hash, as the API
// server's metrics do.
void add_key_id(encryption::StoredValue& stored) {
  if (stored.under.provider != encryption::Provider::kms_v2) return;
  if (const auto object = encryption::read_kms_object(stored.body)) stored.under.key_id_hash = object->key_id_hash();
}

std::string note_on(std::uint64_t objects, const std::string& doubt) {
  return fmt::format("{} {} unknown: {}", objects, objects == 1 ? "object is" : "objects are", doubt);
}

}  // namespace

std::string doubt_about(const encryption::StoredValue& stored) {
  if (stored.shape != encryption::Shape::sound)
    return fmt::format("the value under {} is damaged ({})", encryption::provider_name(stored.under.provider),
                       encryption::shape_words(stored.shape));
  if (stored.name_from == encryption::NameFrom::ambiguous)
    return fmt::format("several key names of the configuration fit the value under {}",
                       encryption::provider_name(stored.under.provider));
  return {};
}

Result<void> Tally::take(const EtcdKey& object, std::string_view value) {
  TRY_ASSIGN(Row * row, row_of(object));
  encryption::StoredValue stored = encryption::read_stored_value(value, row->config);
  add_key_id(stored);
  if (options_.on_object) options_.on_object(object, stored);
  return count(*row, std::move(stored));
}

Result<Tally::Row*> Tally::row_of(const EtcdKey& object) {
  if (last_ != nullptr && last_plural_ == object.plural && last_group_ == object.group &&
      last_namespace_ == object.name_space)
    return last_;
  if (rows_.size() >= kMaxRows)
    return fail(ErrorKind::too_large,
                fmt::format("etcd holds more than {} namespaces with resources; restrict what is read", kMaxRows));
  auto [found, is_new] = rows_.try_emplace({group_resource(object), std::string(object.name_space)});
  if (is_new && options_.config_of) found->second.config = options_.config_of(object);
  last_group_ = object.group;
  last_plural_ = object.plural;
  last_namespace_ = object.name_space;
  return last_ = &found->second;
}

Result<void> Tally::count(Row& row, encryption::StoredValue stored) {
  ++row.total;
  if (std::string doubt = doubt_about(stored); !doubt.empty()) {
    ++row.doubts[std::move(doubt)];
    return {};
  }
  ++row.keys[std::move(stored.under)];
  if (row.keys.size() <= kMaxKeysInRow) return {};
  return fail(ErrorKind::too_large,
              fmt::format("one namespace has objects under more than {} keys, which no configuration has; "
                          "see what wrote into etcd",
                          kMaxKeysInRow));
}

std::vector<coverage::NamespaceCount> Tally::finish() {
  std::vector<coverage::NamespaceCount> counts;
  counts.reserve(rows_.size());
  for (auto& [name, row] : rows_) {
    coverage::NamespaceCount& count = counts.emplace_back();
    count.resource = name.first;
    count.name_space = name.second;
    count.total = row.total;
    for (const auto& [under, objects] : row.keys) count.keys.push_back({under, objects, objects, 0});
    for (const auto& [doubt, objects] : row.doubts) {
      count.unmeasured += objects;
      count.notes.push_back(note_on(objects, doubt));
    }
    count.exact = row.doubts.empty();
  }
  rows_.clear();
  last_ = nullptr;
  return counts;
}

}  // namespace kencrypt::inventory
