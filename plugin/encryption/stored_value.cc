#include "encryption/stored_value.h"

#include <algorithm>
#include <vector>

#include "encryption/kms_object.h"

namespace kencrypt::encryption {
namespace {

constexpr std::string_view kReserved = "k8s:enc:";
// "k8s:enc:<provider>:<version>:"; those of today are 21 bytes at the most.
constexpr std::size_t kMaxPrefix = 64;
// Nonces, tags and blocks of the providers: pkg/storage/value/encrypt/aes, .../secretbox.
constexpr std::size_t kAesBlock = 16;
constexpr std::size_t kCbcLeast = 2 * kAesBlock;  // an IV, and a block that is all padding
constexpr std::size_t kGcmLeast = 12 + 16;
constexpr std::size_t kSecretboxLeast = 24 + 16;
constexpr std::size_t kKmsSeedInfo = 32;  // in front of what a KMS v2 seed seals

constexpr Provider kPrefixed[] = {Provider::aescbc, Provider::aesgcm, Provider::secretbox,
                                  Provider::kms_v1, Provider::kms_v2};

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

Shape kms_v1_shape(std::string_view body) {
  const auto read = read_kms_v1(body);
  if (!read) return Shape::bad_kms;
  return read->sealed.size() < kGcmLeast ? Shape::too_short : Shape::sound;
}

Shape kms_v2_shape(std::string_view body) {
  const auto read = read_kms_object(body);
  if (!read) return Shape::bad_kms;
  const bool seed = read->source_type == DekSource::hkdf_sha256_xnonce_aes_gcm_seed;
  const std::size_t least = kGcmLeast + (seed ? kKmsSeedInfo : 0);
  return read->sealed.size() < least ? Shape::too_short : Shape::sound;
}

Shape cbc_shape(std::string_view body) {
  if (body.size() < kCbcLeast) return Shape::too_short;
  return body.size() % kAesBlock == 0 ? Shape::sound : Shape::not_blocks;
}

Shape least(std::string_view body, std::size_t size) {
  return body.size() < size ? Shape::too_short : Shape::sound;
}

// A way to part what follows the prefix into name and body.
struct Parting {
  std::string_view name;
  std::string_view body;
  Shape shape = Shape::no_name;
};

Parting part(Provider provider, std::string_view rest, std::size_t name_size) {
  const std::string_view body = rest.substr(name_size + 1);
  return {rest.substr(0, name_size), body, body_shape(provider, body)};
}

// The names of `config` that fit, in the order in which the server tries them.
std::vector<Parting> fitting(Provider provider, std::string_view rest,
                             const EncryptionConfig& config) {
  std::vector<Parting> found;
  for (const ConfiguredProvider& one : config.providers) {
    if (one.provider != provider) continue;
    for (const std::string& name : one.keys) {
      const bool fits = rest.starts_with(name) && rest.substr(name.size()).starts_with(':');
      const bool known = std::any_of(found.begin(), found.end(),
                                     [&name](const Parting& other) { return other.name == name; });
      if (fits && !known) found.push_back(part(provider, rest, name.size()));
    }
  }
  return found;
}

// Of several that fit, those whose body could be decrypted; all, if none could.
std::vector<Parting> likely(std::vector<Parting> fits) {
  std::vector<Parting> sound;
  for (const Parting& one : fits)
    if (one.shape == Shape::sound) sound.push_back(one);
  return sound.empty() ? fits : sound;
}

// Up to the first ':' that leaves a sound body, as long as the name remains one that people write;
// else up to the first ':'.
Parting guess(Provider provider, std::string_view rest) {
  Parting first;
  const std::string_view window = rest.substr(0, kMaxGuessedName + 1);
  for (std::size_t i = 0; i < window.size(); ++i) {
    if (window[i] != ':') {
      if (first.shape != Shape::no_name && !is_printable(window[i])) break;
      continue;
    }
    if (i == 0) break;  // no name is empty
    const Parting one = part(provider, rest, i);
    if (one.shape == Shape::sound) return one;
    if (first.shape == Shape::no_name) first = one;
    if (provider == Provider::kms_v2) break;
  }
  return first;
}

void set_name(StoredValue& value, const Parting& parting, NameFrom from) {
  value.shape = parting.shape;
  if (parting.shape == Shape::no_name) return;
  value.under.key = parting.name;
  value.body = parting.body;
  value.name_from = from;
}

StoredValue with_name(Provider provider, std::string_view rest, const EncryptionConfig* config) {
  StoredValue value{.under = {provider, ""}, .body = rest};
  const auto names =
      config == nullptr ? std::vector<Parting>() : likely(fitting(provider, rest, *config));
  if (!names.empty())
    set_name(value, names.front(), names.size() > 1 ? NameFrom::ambiguous : NameFrom::config);
  else
    set_name(value, guess(provider, rest),
             provider == Provider::kms_v2 ? NameFrom::value : NameFrom::first_colon);
  return value;
}

// The prefix of a provider that is not known: what looks like "k8s:enc:<provider>:<version>:".
std::string_view unknown_prefix(std::string_view value) {
  std::size_t end = kReserved.size();
  int colons = 2;
  for (std::size_t i = end; i < std::min(value.size(), kMaxPrefix) && colons < 4; ++i) {
    if (!is_printable(value[i])) break;
    if (value[i] != ':') continue;
    ++colons;
    end = i + 1;
  }
  return value.substr(0, end);
}

}  // namespace

std::string_view medium_name(Medium medium) {
  switch (medium) {
    case Medium::none:
      return "";
    case Medium::protobuf:
      return "protobuf";
    case Medium::json:
      return "json";
    case Medium::cbor:
      return "cbor";
    case Medium::other:
      break;
  }
  return "unknown";
}

Medium medium_of(std::string_view plaintext) {
  if (plaintext.starts_with(std::string_view("k8s\0", 4))) return Medium::protobuf;
  if (plaintext.starts_with('{')) return Medium::json;
  if (plaintext.starts_with("\xd9\xd9\xf7")) return Medium::cbor;
  return Medium::other;
}

std::string_view shape_words(Shape shape) {
  switch (shape) {
    case Shape::sound:
      break;
    case Shape::no_name:
      return "without the name of a key";
    case Shape::too_short:
      return "cut short";
    case Shape::not_blocks:
      return "no whole number of AES blocks";
    case Shape::bad_kms:
      return "not what wraps a value for a KMS";
  }
  return "";
}

bool claims_encryption(std::string_view value) { return value.starts_with(kReserved); }

std::string_view stored_prefix(Provider provider) {
  switch (provider) {
    case Provider::aescbc:
      return "k8s:enc:aescbc:v1:";
    case Provider::aesgcm:
      return "k8s:enc:aesgcm:v1:";
    case Provider::secretbox:
      return "k8s:enc:secretbox:v1:";
    case Provider::kms_v1:
      return "k8s:enc:kms:v1:";
    case Provider::kms_v2:
      return "k8s:enc:kms:v2:";
    case Provider::identity:
    case Provider::other:
      break;
  }
  return "";
}

Shape body_shape(Provider provider, std::string_view body) {
  switch (provider) {
    case Provider::aescbc:
      return cbc_shape(body);
    case Provider::aesgcm:
      return least(body, kGcmLeast);
    case Provider::secretbox:
      return least(body, kSecretboxLeast);
    case Provider::kms_v1:
      return kms_v1_shape(body);
    case Provider::kms_v2:
      return kms_v2_shape(body);
    case Provider::identity:
    case Provider::other:
      break;
  }
  return Shape::sound;
}

StoredValue read_stored_value(std::string_view value, const EncryptionConfig* config) {
  if (!claims_encryption(value)) return {.under = {}, .medium = medium_of(value), .body = value};
  for (const Provider provider : kPrefixed) {
    const std::string_view prefix = stored_prefix(provider);
    if (value.starts_with(prefix)) return with_name(provider, value.substr(prefix.size()), config);
  }
  const std::string_view prefix = unknown_prefix(value);
  return {.under = {Provider::other, std::string(prefix)}, .body = value.substr(prefix.size())};
}

}  // namespace kencrypt::encryption
