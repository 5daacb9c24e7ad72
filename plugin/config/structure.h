// What a configuration says, without how it is written: to be sure that a change of the text is the change that was
// meant, and nothing else.
#pragma once

#include <cstdint>
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

struct PlainKms {
  std::string version;  // "v1", "v2"
  std::string name;
  std::string endpoint;
  std::string timeout{};  // "" where it is not written
  std::optional<std::int64_t> cachesize{};
  friend bool operator==(const PlainKms&, const PlainKms&) = default;
};

struct PlainProvider {
  Type type = Type::identity;
  std::vector<PlainKey> keys;
  std::optional<PlainKms> kms;
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

// A key as a user names it: "key1", "aescbc/key1". A KMS provider counts as one: "vault", "kmsv2/vault".
struct KeyName {
  std::optional<Type> provider;
  std::string name;

  bool is(Type type, std::string_view key) const { return key == name && (!provider || *provider == type); }
};

// "kms", "kmsv1" and "kmsv2", as status has it, are all the same here: a file has each name once. Errors: usage, for a
// provider that is none.
Result<KeyName> parse_key_name(std::string_view text);
std::string display(const KeyName& key);

// A YAML scalar in single quotes, which take everything but line breaks as it is.
std::string single_quoted(std::string_view text);

}  // namespace kencrypt::config
