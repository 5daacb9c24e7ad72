#include "encryption/provider.h"

#include <fmt/format.h>

namespace kencrypt::encryption {
namespace {

// k8s.io/apiserver pkg/server/options/encryptionconfig/config.go and pkg/storage/value/encrypt/
// identity/identity.go, which reserves the first.
constexpr std::string_view kReserved = "k8s:enc:";
constexpr std::string_view kAesCbc = "k8s:enc:aescbc:v1:";
constexpr std::string_view kAesGcm = "k8s:enc:aesgcm:v1:";
constexpr std::string_view kSecretbox = "k8s:enc:secretbox:v1:";
constexpr std::string_view kKmsV1 = "k8s:enc:kms:v1:";
constexpr std::string_view kKmsV2 = "k8s:enc:kms:v2:";
// What the recorder writes for a value that identity could read.
constexpr std::string_view kIdentity = "identity";

std::optional<StoredUnder> kms_of(std::string_view prefix, std::string_view head,
                                  Provider provider) {
  if (!prefix.starts_with(head) || !prefix.ends_with(':') || prefix.size() < head.size() + 2)
    return std::nullopt;
  prefix.remove_prefix(head.size());
  prefix.remove_suffix(1);
  return StoredUnder{provider, std::string(prefix)};
}

}  // namespace

std::string_view provider_name(Provider provider) {
  switch (provider) {
    case Provider::identity:
      return "identity";
    case Provider::aescbc:
      return "aescbc";
    case Provider::aesgcm:
      return "aesgcm";
    case Provider::secretbox:
      return "secretbox";
    case Provider::kms_v1:
      return "kmsv1";
    case Provider::kms_v2:
      return "kmsv2";
    case Provider::other:
      break;
  }
  return "unrecognised";
}

bool has_named_keys(Provider provider) {
  return provider == Provider::aescbc || provider == Provider::aesgcm ||
         provider == Provider::secretbox;
}

bool is_kms(Provider provider) {
  return provider == Provider::kms_v1 || provider == Provider::kms_v2;
}

std::string shown_hash(std::string_view hash) {
  constexpr std::size_t kShown = 12;  // hexadecimal digits: as many as git shows, enough to compare
  if (const auto colon = hash.find(':'); colon != std::string_view::npos)
    hash.remove_prefix(colon + 1);
  return std::string(hash.substr(0, kShown));
}

std::string display(const StoredUnder& under) {
  if (under.key.empty()) return std::string(provider_name(under.provider));
  std::string text = fmt::format("{}/{}", provider_name(under.provider), under.key);
  if (!under.key_id_hash.empty()) text += "@" + shown_hash(under.key_id_hash);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::optional<StoredUnder> outer_of(std::string_view prefix) {
  if (prefix == kIdentity) return StoredUnder{Provider::identity, ""};
  if (!prefix.starts_with(kReserved)) return std::nullopt;
  if (prefix == kAesCbc) return StoredUnder{Provider::aescbc, ""};
  if (prefix == kAesGcm) return StoredUnder{Provider::aesgcm, ""};
  if (prefix == kSecretbox) return StoredUnder{Provider::secretbox, ""};
  if (auto v1 = kms_of(prefix, kKmsV1, Provider::kms_v1)) return v1;
  if (auto v2 = kms_of(prefix, kKmsV2, Provider::kms_v2)) return v2;
  return StoredUnder{Provider::other, std::string(prefix)};
}

std::optional<std::string_view> key_of(std::string_view prefix) {
  if (prefix.size() < 2 || !prefix.ends_with(':')) return std::nullopt;
  prefix.remove_suffix(1);
  return prefix;
}

}  // namespace kencrypt::encryption
