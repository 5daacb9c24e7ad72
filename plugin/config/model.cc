#include "config/model.h"

#include <fmt/format.h>

#include <array>

#include "config/fields.h"

namespace kencrypt::config {
namespace {

using document::Kind;
using document::Node;
using document::Place;

constexpr std::string_view kApiVersion = "apiserver.config.k8s.io/v1";
constexpr std::string_view kKind = "EncryptionConfiguration";
// Registered "due to a docs bug" (pkg/apis/apiserver/v1/register.go); "/v1" is the same to ParseGroupVersion.
constexpr std::array<std::string_view, 2> kOldApiVersions = {"v1", "/v1"};
constexpr std::string_view kOldKind = "EncryptionConfig";

constexpr std::array<std::string_view, 3> kRootFields = {"apiVersion", "kind", "resources"};
constexpr std::array<std::string_view, 2> kEntryFields = {"resources", "providers"};
constexpr std::array<std::string_view, 5> kProviderFields = {"aesgcm", "aescbc", "secretbox", "identity", "kms"};
constexpr std::array<std::string_view, 1> kKeyListFields = {"keys"};
constexpr std::array<std::string_view, 2> kKeyFields = {"name", "secret"};
constexpr std::array<std::string_view, 5> kKmsFields = {"apiVersion", "name", "cachesize", "endpoint", "timeout"};

std::string element(std::string_view list, std::size_t index) { return fmt::format("{}[{}]", list, index); }

class ModelReader {
 public:
  ModelReader(const Server& server, Findings& findings) : server_(server), findings_(findings) {}

  Model read(const Node& root) {
    Model model;
    if (!is(root, Kind::map, "")) return model;
    const Fields fields(root, "", kRootFields, server_, findings_);
    check_kind(fields, root);
    const Node* list = typed(fields, "resources", Kind::list);
    for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i)
      model.entries.push_back(read_entry(list->items[i], element("resources", i)));
    return model;
  }

 private:
  bool is(const Node& node, Kind wanted, const std::string& field) {
    if (node.kind == wanted) return true;
    const bool quotes = wanted == Kind::text && !node.is_list() && !node.is_map();
    findings_.error("wrong-type", node.begin, field,
                    fmt::format("{} is {}, where {} is wanted", field.empty() ? "the file" : field,
                                kind_name(node.kind), kind_name(wanted)),
                    quotes ? "put it in quotes" : fmt::format("write {}", kind_name(wanted)));
    return false;
  }

  // The value of a field if it is there and of that type.
  const Node* typed(const Fields& fields, std::string_view name, Kind wanted) {
    const Node* node = fields.value(name);
    return node != nullptr && is(*node, wanted, fields.path(name)) ? node : nullptr;
  }

  Text text(const Fields& fields, std::string_view name, const Place& missing) {
    Text text{typed(fields, name, Kind::text), missing, fields.path(name)};
    if (const document::Field* field = fields.find(name)) text.place = field->value.begin;
    return text;
  }

  void check_kind(const Fields& fields, const Node& root) {
    const Text version = text(fields, "apiVersion", root.begin);
    const Text kind = text(fields, "kind", root.begin);
    if (kind.view() == kKind && version.view() == kApiVersion) return;
    if (kind.view() == kOldKind && (version.view() == kOldApiVersions[0] || version.view() == kOldApiVersions[1])) return;
    const Text& wrong = kind.view() == kKind ? version : kind;
    findings_.error("wrong-kind", wrong.place, wrong.field, "this is no EncryptionConfiguration",
                    fmt::format("write apiVersion: {} and kind: {}", kApiVersion, kKind));
  }

  // An element that is null is one without fields.
  bool is_map_or_null(const Node& node, const std::string& field) {
    return node.kind != Kind::null && is(node, Kind::map, field);
  }

  Entry read_entry(const Node& node, const std::string& field) {
    Entry entry;
    entry.place = node.begin;
    entry.field = field;
    if (!is_map_or_null(node, field)) return entry;
    const Fields fields(node, field, kEntryFields, server_, findings_);
    entry.resource_list = typed(fields, "resources", Kind::list);
    entry.provider_list = typed(fields, "providers", Kind::list);
    if (entry.resource_list != nullptr) read_resources(*entry.resource_list, fields.path("resources"), entry);
    if (entry.provider_list == nullptr) return entry;
    const auto& items = entry.provider_list->items;
    for (std::size_t i = 0; i < items.size(); ++i)
      entry.elements.push_back(read_element(items[i], element(fields.path("providers"), i)));
    return entry;
  }

  void read_resources(const Node& list, const std::string& field, Entry& entry) {
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const Node& item = list.items[i];
      Text name{nullptr, item.begin, element(field, i)};
      if (item.kind != Kind::null && is(item, Kind::text, name.field)) name.node = &item;
      entry.resources.push_back(name);
    }
  }

  Element read_element(const Node& node, const std::string& field) {
    Element read{node.begin, field, {}};
    if (!is_map_or_null(node, field)) return read;
    const Fields fields(node, field, kProviderFields, server_, findings_);
    for (const Type type : {Type::kms, Type::aesgcm, Type::aescbc, Type::secretbox, Type::identity}) {
      const Node* body = fields.value(type_name(type));
      if (body == nullptr) continue;
      Provider provider{type, body, fields.find(type_name(type))->key.begin, fields.path(type_name(type)), nullptr, {}, {}};
      if (is(*body, Kind::map, provider.field)) read_body(*body, provider);
      read.providers.push_back(std::move(provider));
    }
    return read;
  }

  void read_body(const Node& body, Provider& provider) {
    if (provider.type == Type::identity) {
      const Fields none(body, provider.field, {}, server_, findings_);
      return;
    }
    if (provider.type == Type::kms) return read_kms(body, provider);
    const Fields fields(body, provider.field, kKeyListFields, server_, findings_);
    provider.key_list = typed(fields, "keys", Kind::list);
    for (std::size_t i = 0; provider.key_list != nullptr && i < provider.key_list->items.size(); ++i)
      provider.keys.push_back(read_key(provider.key_list->items[i], element(fields.path("keys"), i)));
  }

  Key read_key(const Node& node, const std::string& field) {
    Key key;
    key.node = &node;
    key.place = node.begin;
    key.field = field;
    key.name = {nullptr, node.begin, field + ".name"};
    key.secret = {nullptr, node.begin, field + ".secret"};
    if (!is_map_or_null(node, field)) return key;
    const Fields fields(node, field, kKeyFields, server_, findings_);
    key.name = text(fields, "name", node.begin);
    key.secret = text(fields, "secret", node.begin);
    return key;
  }

  void read_kms(const Node& body, Provider& provider) {
    const Fields fields(body, provider.field, kKmsFields, server_, findings_);
    Kms& kms = provider.kms;
    kms.api_version = text(fields, "apiVersion", provider.place);
    kms.name = text(fields, "name", provider.place);
    kms.endpoint = text(fields, "endpoint", provider.place);
    kms.timeout = text(fields, "timeout", provider.place);
    const Node* size = fields.value("cachesize");
    if (size == nullptr) return;
    kms.cachesize_place = size->begin;
    kms.cachesize = size->whole;
    if (size->whole && *size->whole >= INT32_MIN && *size->whole <= INT32_MAX) return;
    findings_.error("wrong-type", size->begin, fields.path("cachesize"), "cachesize is no whole number of 32 bits",
                    "write a number like 1000");
  }

  const Server& server_;
  Findings& findings_;
};

}  // namespace

std::string_view type_name(Type type) {
  switch (type) {
    case Type::aesgcm: return "aesgcm";
    case Type::aescbc: return "aescbc";
    case Type::secretbox: return "secretbox";
    case Type::identity: return "identity";
    case Type::kms: return "kms";
  }
  return "";
}

Model read_model(const document::Tree& tree, const Server& server, Findings& findings) {
  check_convertible(tree.root, findings);
  return ModelReader(server, findings).read(tree.root);
}

}  // namespace kencrypt::config
