// What an operation does to a configuration file: which keys it is about, and each version of the text from the one
// before. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/structure.h"
#include "rotation/journal.h"

namespace kencrypt::rotation {

// What a file says, for people, without a key: "secrets, configmaps: aescbc/key1, identity".
std::string outline(const config::Structure& structure);

// A key, or the plugin of a KMS, as `status` calls it: "aescbc/key1", "kmsv2/vault".
std::string status_name(const config::PlainProvider& provider, std::string_view key_name);

// The keys that write, and all keys, each once and as `status` calls them; identity is none.
std::vector<std::string> writing_keys(const config::Structure& structure);
std::vector<std::string> all_keys(const config::Structure& structure);

struct Wish {
  std::string key_name{};                // of the new key, or of the KMS
  std::string provider{};                // "secretbox", "kms", ...; "": the one that has keys already
  std::string kms_endpoint{};            // of a KMS
  std::vector<std::string> resources{};  // `enable` without a file
};

// Whether all entries that are encrypted, and there are some, write with what is wished.
bool writes_everywhere_with(const config::Structure& structure, const Wish& wish);

// The journal of an operation that begins with this text, or without one. A key that the file has already, and that does
// not write, is taken for the new one if it has the wished name. Errors: config, for a file that the operation is not for;
// usage, for a wish that does not fit it.
Result<Journal> begin_enable(const std::optional<SecretBytes>& text, const Wish& wish);
Result<Journal> begin_rotate(const SecretBytes& text, const Wish& wish);
Result<Journal> begin_disable(const SecretBytes& text);

// The text of a version, made from the one before it; "" before a file's first. `secret` is that of a new key, base64, and
// used for Version::added alone. Errors: config, where the text cannot be changed.
Result<SecretBytes> make_version(const Journal& journal, Version version, std::string_view text, SecretBytes secret);

// The text without what was added to it, as long as that does not write. Errors: config.
Result<SecretBytes> take_back(const Journal& journal, std::string_view text);

}  // namespace kencrypt::rotation
