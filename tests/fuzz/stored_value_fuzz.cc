// Any bytes as a stored value: what they are, whether they decrypt, whether they are an object.
// Finds a step beyond the bytes (with a sanitizer), an endless loop, and answers that contradict
// each other.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/protobuf.h"
#include "encryption/decrypt_value.h"
#include "encryption/encryption_keys.h"
#include "encryption/kms_object.h"
#include "encryption/object_check.h"
#include "encryption/stored_value.h"
#include "fakes/stored_values.h"

namespace kencrypt::encryption {
namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

KeyRing make_ring() {
  const std::string key = fakes::counting_key(32);
  auto ring = parse_key_ring(fakes::configuration(
      fakes::keyed("aescbc", "key1", key) + fakes::keyed("aesgcm", "key1", key) +
      fakes::keyed("aesgcm", "key1:x", key) + fakes::keyed("secretbox", "key1", key) +
      "  - kms: {apiVersion: v2, name: prov}\n  - kms: {apiVersion: v1, name: old}\n"));
  expect(ring.has_value());
  return *std::move(ring);
}

void check_outline(std::string_view value, const EncryptionConfig* config) {
  const StoredValue read = read_stored_value(value, config);
  expect(within(read.body, value));
  expect((read.under.provider == Provider::identity) == !claims_encryption(value));
  expect((read.medium == Medium::none) == claims_encryption(value));
  display(read.under);
  if (const auto kms = read_kms_object(read.body)) {
    expect(within(kms->key_id, value) && within(kms->sealed, value));
    expect(kms->key_id.size() <= kMaxKmsKeyId);
  }
  if (const auto kms = read_kms_v1(read.body)) expect(within(kms->encrypted_key, value));
}

void check_decryption(std::string_view value, const std::vector<const ProviderKeys*>& providers) {
  const auto decryption = decrypt_value(value, fakes::kEtcdKey, providers);
  expect(decryption.has_value());
  const bool plain =
      decryption->outcome == Outcome::identity_not_allowed;  // the ring has no identity
  expect(plain == !claims_encryption(value));
  expect(decryption->plaintext.size() <= value.size());
  expect(decryption->plaintext.empty() || decryption->outcome == Outcome::decrypts);
  check_object(decryption->plaintext.view(), fakes::kEtcdKey);
}

void check_walk(std::string_view value) {
  ProtobufReader reader(value);
  std::size_t fields = 0;
  while (const auto field = reader.next()) {
    expect(within(field->bytes, value));
    expect(++fields <= value.size());
  }
}

}  // namespace
}  // namespace kencrypt::encryption

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kencrypt::encryption;
  static const KeyRing ring = make_ring();
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const EncryptionConfig names = ring.names_for("secrets", "");
  check_outline(value, nullptr);
  check_outline(value, &names);
  check_decryption(value, ring.providers_for("secrets", ""));
  check_object(value, kencrypt::fakes::kEtcdKey);
  check_walk(value);
  return 0;
}
