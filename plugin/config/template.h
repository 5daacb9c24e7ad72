// A new EncryptionConfiguration.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/structure.h"

namespace kencrypt::config {

struct Template {
  std::vector<std::string> resources{};
  Type type = Type::secretbox;  // not identity
  std::string name{};           // of the key, or of the KMS plugin
  SecretBytes secret{};         // base64; empty for a KMS
  std::string endpoint{};       // of a KMS v2 plugin
};

// With identity at the end, by which what is there already can still be read. Errors: config, for anything in `what`
// that an API server would refuse.
Result<SecretBytes> render(const Template& what);

}  // namespace kencrypt::config
