// Reading the text of an EncryptionConfiguration, YAML or JSON.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encryption/config_entries.h"

namespace kencrypt::encryption {

// Rules, providers and keys in one file; YAML's aliases can make far more of 1 MiB of text.
inline constexpr std::size_t kMaxConfigItems = 20'000;

// The elements of `resources`, in order. Errors: config, for what is no EncryptionConfiguration, or
// uses a provider that this program does not know; it says in which line and quotes no content.
//
// The YAML library makes copies of the text: those in its tree are wiped before this returns, also
// with an error; what its scanner held is given back unwiped, and gone when the program ends.
Result<std::vector<ConfigEntry>> parse_config_entries(std::string_view text, KeyBytes key_bytes);

}  // namespace kencrypt::encryption
