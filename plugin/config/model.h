// An EncryptionConfiguration with the place of everything in its file, so that it can be checked and edited
// (k8s.io/apiserver pkg/apis/apiserver/v1/types_encryption.go).
//
// All nodes belong to the tree that it was read from, and are valid as long as that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.h"
#include "config/server.h"
#include "document/tree.h"

namespace kencrypt::config {

// A text that may be missing; null and "" are the same to the server.
struct Text {
  const document::Node* node = nullptr;  // null: not there
  document::Place place;                 // of the text, or of what it is missing from
  std::string field;
  std::string_view view() const { return node == nullptr ? std::string_view() : node->text(); }
  bool empty() const { return view().empty(); }
};

struct Key {
  const document::Node* node = nullptr;
  document::Place place;
  std::string field;
  Text name;
  Text secret;  // base64: never to be shown
};

struct Kms {
  Text api_version;  // "": v1
  Text name;
  Text endpoint;
  Text timeout;  // not there: three seconds
  document::Place cachesize_place;
  std::optional<std::int64_t> cachesize;

  std::string_view version() const { return api_version.empty() ? "v1" : api_version.view(); }
};

enum class Type { aesgcm, aescbc, secretbox, identity, kms };

// "aesgcm", ...: the name of its field.
std::string_view type_name(Type type);

struct Provider {
  Type type = Type::identity;
  const document::Node* node = nullptr;  // what stands under the type's name
  document::Place place;                 // of that name
  std::string field;
  const document::Node* key_list = nullptr;
  std::vector<Key> keys;
  Kms kms;
};

// An element of a list of providers: what stands in it, which should be one.
struct Element {
  document::Place place;
  std::string field;
  std::vector<Provider> providers;
};

struct Entry {
  document::Place place;
  std::string field;
  const document::Node* resource_list = nullptr;
  const document::Node* provider_list = nullptr;
  std::vector<Text> resources;
  std::vector<Element> elements;
};

struct Model {
  std::vector<Entry> entries;
};

// What a tree says, as the server decodes it; what it cannot decode is a finding and not in the model.
Model read_model(const document::Tree& tree, const Server& server, Findings& findings);

}  // namespace kencrypt::config
