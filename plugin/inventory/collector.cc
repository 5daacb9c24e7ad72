#include "inventory/collector.h"

#include <fmt/format.h>

#include <utility>

namespace kencrypt::inventory {
namespace {

constexpr std::string_view kNoFile =
    "Etcd does not tell with which key the API servers write; give --config FILE.";

coverage::WriteKey write_key_in(const encryption::EncryptionConfig& config) {
  if (config.providers.empty())
    return {encryption::StoredUnder{encryption::Provider::identity, ""},
            "The given file does not name the resource. Whether the API servers run it etcd does not tell."};
  return {config.writes(), "First in the given file. Whether the API servers run it etcd does not tell."};
}

}  // namespace

Collector::Collector(CollectorOptions options) : options_(std::move(options)) { reset(); }

void Collector::reset() {
  collection_ = {};
  tally_.emplace(TallyOptions{
      .config_of =
          [this](const EtcdKey& object) {
            const Known* found = known(object);
            return found == nullptr ? nullptr : &found->config;
          },
      .on_object = [this](const EtcdKey& object, const encryption::StoredValue& stored) { note(object, stored); }});
  decryption_.reset();
  if (options_.decrypt && options_.ring != nullptr) decryption_.emplace(*options_.ring);
}

Result<void> Collector::take(const etcd::KeyValue& entry) {
  const auto object = parse_etcd_key(entry.key, options_.prefix);
  if (!object || (options_.wanted && !options_.wanted(*object))) return {};
  TRY(tally_->take(*object, entry.value));
  if (decryption_) TRY(decryption_->take(*object, entry));
  return {};
}

const Collector::Known* Collector::known(const EtcdKey& object) {
  if (options_.ring == nullptr) return nullptr;
  const auto [found, is_new] = known_.try_emplace(group_resource(object));
  if (is_new) {
    found->second.config = options_.ring->names_for(object.plural, object.group);
    found->second.write_key = write_key_in(found->second.config);
  }
  return &found->second;
}

void Collector::note(const EtcdKey& object, const encryption::StoredValue& stored) {
  if (options_.on_object) options_.on_object(object);
  if (!options_.find) return;
  const Known* with = known(object);
  const bool doubtful = !doubt_about(stored).empty();
  const coverage::Class kind =
      doubtful ? coverage::Class::unknown
               : coverage::class_of(stored.under, with == nullptr ? std::nullopt : with->write_key.under);
  if (kind != *options_.find) return;
  ++collection_.found_in_all;
  if (collection_.found.size() >= options_.find_limit) return;
  collection_.found.push_back(
      {group_resource(object), std::string(object.name_space), std::string(object.name), stored.under});
}

coverage::WriteKey Collector::write_key_of(const std::string& resource) const {
  const auto found = known_.find(resource);
  if (found == known_.end()) return {std::nullopt, std::string(kNoFile)};
  return found->second.write_key;
}

Collection Collector::finish() {
  std::map<std::string, std::vector<coverage::NamespaceCount>> by_resource;
  for (coverage::NamespaceCount& count : tally_->finish()) by_resource[count.resource].push_back(std::move(count));
  for (const auto& [resource, counts] : by_resource) {
    collection_.write_keys.emplace_back(resource, write_key_of(resource));
    coverage::add_report(collection_.coverage,
                         coverage::make_report(counts, collection_.write_keys.back().second));
  }
  if (decryption_) collection_.decryption = decryption_->report();
  return std::move(collection_);
}

}  // namespace kencrypt::inventory
