#include "config/key_checks.h"

#include <fmt/format.h>

#include "config/go_text.h"

namespace kencrypt::config {
namespace {

constexpr std::string_view kNewKey = "head -c 32 /dev/urandom | base64";

bool fits(Type type, std::size_t size) {
  return size == 32 || (type != Type::secretbox && (size == 16 || size == 24));
}

// "<YOUR_BASE64_KEY_HERE>", "$ENCRYPTION_KEY", "BASE64-ENCODED-SECRET": copied from a page and never filled in.
bool is_placeholder(std::string_view text) {
  return text.starts_with('<') || text.starts_with('$') || text.starts_with("{{") || text.starts_with("BASE");
}

void check_key(const Key& key, Type type, Findings& findings) {
  const Text& secret = key.secret;
  if (key.name.empty())
    findings.error("missing-value", key.name.place, key.name.field, "a key has no name",
                   "give it one: values are stored with the name of their key");
  if (secret.empty())
    return findings.error("missing-value", secret.place, secret.field, "a key has no secret",
                          fmt::format("write 32 random bytes in base64, as of: {}", kNewKey));
  const auto bytes = decode_go_base64(secret.view());
  if (!bytes)
    return findings.error("key-encoding", secret.place, secret.field,
                          is_placeholder(secret.view()) ? "the placeholder of an example stands for the key"
                                                        : "the key is not in base64 with padding",
                          fmt::format("write 32 random bytes in base64, as of: {}", kNewKey));
  if (!fits(type, bytes->size()))
    findings.error("key-length", secret.place, secret.field,
                   fmt::format("the key has {} bytes, and {} takes {}", bytes->size(), type_name(type),
                               type == Type::secretbox ? "32 alone" : "16, 24 or 32"),
                   fmt::format("write 32 random bytes in base64, as of: {}", kNewKey));
}

}  // namespace

void check_keys(const Provider& provider, Findings& findings) {
  if (provider.type == Type::identity || provider.type == Type::kms) return;
  if (provider.keys.empty())
    findings.error("missing-value", provider.place, provider.field + ".keys",
                   fmt::format("{} has no keys", type_name(provider.type)), "write at least one, with name and secret");
  for (const Key& key : provider.keys) check_key(key, provider.type, findings);
}

}  // namespace kencrypt::config
