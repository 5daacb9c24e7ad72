// EncryptionConfiguration files: what `config lint` finds, and what the other commands make of them.
#include <algorithm>

#include "config/change.h"
#include "config/lint.h"
#include "fuzz/input.h"

namespace {

using namespace kencrypt;

bool has_error(const std::vector<config::Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const config::Finding& one) { return one.severity == config::Severity::error; });
}

// A change of what an API server takes is taken, too.
void check_change(const Result<SecretBytes>& changed, bool refused) {
  if (!changed) return;
  fuzz::require(!refused);
  fuzz::require(!has_error(config::lint(changed->view(), {.kms_v1_gate = true})));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const bool refused = has_error(config::lint(text, {.kms_v1_gate = true}));
  // What a release from before 1.31 refuses, all later ones do.
  if (has_error(config::lint(text, {.minor = 30, .kms_v1_gate = true}))) fuzz::require(refused);
  const config::NewKey key{config::Type::secretbox, "fresh",
                           SecretBytes("QmE3dP1UuK1yN0hFkYw9sCkT5m2ZqXo7r8GvJbL4xAI=")};
  check_change(config::add_key(text, key), refused);
  check_change(config::promote_key(text, {std::nullopt, "key2"}), refused);
  check_change(config::remove_key(text, {std::nullopt, "key2"}), refused);
  return 0;
}
