// Changes of keys, and of KMS providers, in the text of a configuration. All else of the text stays, byte for byte: comments, order, layout.
//
// A text is changed by whole lines, so its lists must be written with dashes; those in brackets, and JSON, are refused.
// Each result is read again and compared with what was meant: a text that would say anything else is never returned.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/structure.h"

namespace kencrypt::config {

struct NewKey {
  std::optional<Type> provider;  // nullopt: in each entry the first provider that has keys
  std::string name;
  SecretBytes secret;  // base64
  // Leaves out entries that write in plaintext: to promote the key there would begin to encrypt what is not.
  bool encrypting_only = false;
};

// What a file says. Errors: config: it has faults.
Result<Structure> read_structure(std::string_view text);

// Whether any entry has a key of that name. False for a text that is no configuration.
bool has_key(std::string_view text, std::string_view name);

// The file with a key that reads and does not write yet: behind all others of the provider, in every entry that has
// it; where the wanted provider is missing it becomes the last but identity. Errors: config: the file has faults, or
// cannot be changed by lines; the name is taken.
Result<SecretBytes> add_key(std::string_view text, const NewKey& key);

// The file in which identity reads in every entry: it becomes the last provider where it is missing. Errors: config, as
// above, and where it is missing nowhere.
Result<SecretBytes> add_identity(std::string_view text);

// How many lists of resources, each with its own providers, it has; 0 for a text that is no configuration.
std::size_t entry_count(std::string_view text);

struct NewKms {
  std::string name;      // stands in every stored value
  std::string endpoint;  // of a plugin that speaks KMS v2: "unix:///run/kms/plugin.sock"
  bool encrypting_only = false;  // as of NewKey
};

// The name that a KMS gets in an entry of the file: an API server takes each name once, so that from the second entry on
// "-2", "-3" follow.
std::string kms_name_in_entry(const NewKms& kms, std::size_t entry);

// The file with a KMS v2 provider in every entry, which reads and does not write yet: the last but identity. Errors: config,
// also for what an API server would refuse, such as a name that is taken.
Result<SecretBytes> add_kms(std::string_view text, const NewKms& kms);

// The file in which the key writes, in every entry that has it: it becomes the first of its provider, and that the
// first of its entry. A KMS counts as one key, and identity, as {Type::identity, ""}, may be promoted and removed, too.
// Errors: config, also for a key that is not there, or writes everywhere already.
Result<SecretBytes> promote_key(std::string_view text, const KeyName& key);

// The file without the key; a provider goes with its last one. Errors: config, also for a key that still writes.
Result<SecretBytes> remove_key(std::string_view text, const KeyName& key);

}  // namespace kencrypt::config
