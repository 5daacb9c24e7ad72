// What a configuration says, without how it is written: to be sure that a change of the text is the change that was
// meant, and nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/model.h"

namespace kencrypt::config {

struct PlainKey {
  std::string name;
  SecretBytes secret;  // base64, as it is written
  friend bool operator==(const PlainKey&, const PlainKey&) = default;
};

struct PlainProvider {
  Type type = Type::identity;
  std::vector<PlainKey> keys;
  std::string kms;  // all of its fields, or ""
  friend bool operator==(const PlainProvider&, const PlainProvider&) = default;
};

// The name of a KMS's plugin; "" for others.
std::string plugin_name(const PlainProvider& provider);

// sha256_label of the key's bytes, not of how they are written; "" where they are not base64.
std::string fingerprint(const PlainKey& key);

struct PlainEntry {
  std::vector<std::string> resources;
  std::vector<PlainProvider> providers;
  friend bool operator==(const PlainEntry&, const PlainEntry&) = default;
};

using Structure = std::vector<PlainEntry>;

// Of a model without errors.
Structure structure_of(const Model& model);

// A key as a user names it: "key1", "aescbc/key1".
struct KeyName {
  std::optional<Type> provider;
  std::string name;

  bool is(Type type, std::string_view key) const { return key == name && (!provider || *provider == type); }
};

// Errors: usage, for a provider that has no keys here.
Result<KeyName> parse_key_name(std::string_view text);
std::string display(const KeyName& key);

}  // namespace kencrypt::config
