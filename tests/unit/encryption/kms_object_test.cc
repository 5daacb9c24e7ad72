#include "encryption/kms_object.h"

#include <catch2/catch.hpp>

#include "base/sha256.h"
#include "encryption/stored_value.h"
#include "fakes/stored_values.h"

namespace kencrypt::encryption {
namespace {

using namespace std::string_literals;

// A length-delimited field with a number below 16.
std::string field(int number, const std::string& content) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  std::size_t size = content.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>(size | 0x80);
  return out + static_cast<char>(size) + content;
}

std::string annotation(const std::string& key, const std::string& value) {
  return field(4, field(1, key) + field(2, value));
}

std::string object(const std::string& key_id = "kek", const std::string& source = "dek") {
  return field(1, std::string(60, 's')) + field(2, key_id) + field(3, source) + "\x28\x01";
}

TEST_CASE("what can be told of a KMS v2 value", "[kms_object]") {
  const std::string value = fakes::decoded(fakes::kKmsV2);
  const StoredValue read = read_stored_value(value, nullptr);
  CHECK(read.under == StoredUnder{Provider::kms_v2, "prov"});
  CHECK(read.shape == Shape::sound);
  const auto kms = read_kms_object(read.body);
  REQUIRE(kms);
  CHECK(kms->key_id == "kek-1");
  CHECK(kms->encrypted_dek_source == "ENCDEK");
  CHECK(kms->source_type == DekSource::hkdf_sha256_xnonce_aes_gcm_seed);
  CHECK(kms->annotations == 0);
  CHECK(kms->sealed.size() == 32 + 12 + 9 + 16);
  CHECK(kms->dek_source_hash() == sha256_label("ENCDEK"));
  CHECK(kms->key_id_hash() == sha256_label("kek-1"));
}

TEST_CASE("annotations, other fields and the old kind of source", "[kms_object]") {
  const std::string old = field(1, std::string(28, 's')) + field(2, "kek") + field(3, "dek") +
                          annotation("a.example.com", "1") + annotation("b.example.com", "") +
                          field(9, "later") + "\x30\x01";
  const auto kms = read_kms_object(old);
  REQUIRE(kms);
  CHECK(kms->source_type == DekSource::aes_gcm_key);
  CHECK(kms->annotations == 2);
  CHECK(body_shape(Provider::kms_v2, old) == Shape::sound);
}

TEST_CASE("the server's limits", "[kms_object]") {
  CHECK(read_kms_object(object(std::string(kMaxKmsKeyId, 'k'))));
  CHECK_FALSE(read_kms_object(object(std::string(kMaxKmsKeyId + 1, 'k'))));
  CHECK_FALSE(read_kms_object(object("")));
  CHECK(read_kms_object(object("k", std::string(kMaxEncryptedDekSource, 'd'))));
  CHECK_FALSE(read_kms_object(object("k", std::string(kMaxEncryptedDekSource + 1, 'd'))));
  CHECK_FALSE(read_kms_object(object("k", "")));
  const std::string half(kMaxKmsAnnotations / 2 - 1, 'a');
  CHECK(read_kms_object(object() + annotation("a", half) + annotation("b", half)));
  CHECK_FALSE(read_kms_object(object() + annotation("a", half) + annotation("bcd", half)));
  CHECK_FALSE(read_kms_object(object() + "\x28\x02"));  // a source of a third kind
  CHECK_FALSE(read_kms_object(object() + field(4, "\x0a\x7f")));
  CHECK_FALSE(read_kms_object(field(2, "kek") + field(3, "dek")));  // nothing is sealed
  CHECK_FALSE(read_kms_object(""));
}

TEST_CASE("a KMS v2 value that is cut anywhere is not sound", "[kms_object]") {
  const std::string value = fakes::decoded(fakes::kKmsV2);
  for (std::size_t size = 0; size + 2 < value.size(); ++size) {
    CAPTURE(size);
    const std::string cut(value, 0,
                          size);  // its own memory, so that a sanitizer sees a step beyond
    const StoredValue read = read_stored_value(cut, nullptr);
    if (claims_encryption(cut))
      CHECK((read.shape != Shape::sound || read.under.provider == Provider::other));
  }
  // Without the last field the source would be a key, and what it seals may be as short as this.
  CHECK(read_stored_value(value.substr(0, value.size() - 2), nullptr).shape == Shape::sound);
}

TEST_CASE("KMS v1: a length, and that many bytes", "[kms_object]") {
  const std::string body = "\0\3DEKsealed"s;
  const auto kms = read_kms_v1(body);
  REQUIRE(kms);
  CHECK(kms->encrypted_key == "DEK");
  CHECK(kms->sealed == "sealed");
  const std::string large_body = "\1\2"s + std::string(258, 'k') + "s";
  const auto large = read_kms_v1(large_body);
  REQUIRE(large);
  CHECK(large->encrypted_key.size() == 258);
  CHECK(large->sealed == "s");
  CHECK_FALSE(read_kms_v1("\0\3DE"s));
  CHECK_FALSE(read_kms_v1("\0\0sealed"s));
  CHECK_FALSE(read_kms_v1("\xff\xff"s + std::string(1000, 'k')));
  CHECK_FALSE(read_kms_v1("\0"s));
  CHECK_FALSE(read_kms_v1(""));
  CHECK(body_shape(Provider::kms_v1, "\0\3DEK"s + std::string(28, 's')) == Shape::sound);
  CHECK(body_shape(Provider::kms_v1, "\0\3DEK"s + std::string(27, 's')) == Shape::too_short);
  CHECK(body_shape(Provider::kms_v1, "\0\3D"s) == Shape::bad_kms);
}

}  // namespace
}  // namespace kencrypt::encryption
