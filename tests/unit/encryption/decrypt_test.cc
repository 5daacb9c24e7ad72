#include "encryption/decrypt.h"

#include <catch2/catch.hpp>

#include "encryption/openssl_aes.h"
#include "encryption/stored_value.h"
#include "fakes/stored_values.h"

namespace kencrypt::encryption {
namespace {

struct Vector {
  std::string_view value;  // base64
  std::size_t key_size;
  std::string_view plaintext = fakes::kPlaintext;
};
constexpr Vector kVectors[] = {
    {fakes::kAesCbc, 32},
    {"azhzOmVuYzphZXNjYmM6djE6a2V5MToQERITFBUWFxgZGhscHR4fZ+c9OjdLgv3wyE6rDs1OOQ==", 24},
    {"azhzOmVuYzphZXNjYmM6djE6a2V5MToQERITFBUWFxgZGhscHR4fy4Mo3dRCoJsWK3WLh/E+fA==", 16},
    // Text that fills a block: padding of a whole one.
    {"azhzOmVuYzphZXNjYmM6djE6a2V5MToQERITFBUWFxgZGhscHR4fnfTa3tbuKQagA9eS75bTyk91kiX82hYcPOipIGt9T"
     "c4=",
     32, "{\"kind\":\"Demo\"}\n"},
    {fakes::kAesGcm, 32},
    {"azhzOmVuYzphZXNnY206djE6a2V5MTogISIjJCUmJygpKitoFbl8tWkit56tLdKFUNJibtmlov59UhgI", 24},
    {"azhzOmVuYzphZXNnY206djE6a2V5MTogISIjJCUmJygpKiurzWGk7pUVZdSvULrH8vSXqQjR93ZtjzyM", 16},
    {fakes::kSecretbox, 32},
};

// The plaintext, "refused", or "error".
std::string opened(std::string_view value, std::string_view key,
                   std::string_view etcd_key = fakes::kEtcdKey) {
  const StoredValue read = read_stored_value(value, nullptr);
  const auto plain = decrypt_body(read.under.provider, key, read.body, etcd_key);
  if (!plain) return "error";
  return *plain ? std::string((*plain)->view()) : "refused";
}

TEST_CASE("known answers", "[decrypt]") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.value);
    CHECK(opened(fakes::decoded(vector.value), fakes::counting_key(vector.key_size)) ==
          vector.plaintext);
  }
}

TEST_CASE("the data key of a KMS v2 value opens what it sealed", "[decrypt]") {
  const std::string value = fakes::decoded(fakes::kKmsV2);
  const std::string sealed = value.substr(value.find("PQRS") + 32, 12 + 9 + 16);
  std::string key;
  for (std::size_t i = 0; i < fakes::kKmsV2DataKey.size(); i += 2)
    key +=
        static_cast<char>(std::stoi(std::string(fakes::kKmsV2DataKey.substr(i, 2)), nullptr, 16));
  const auto plain = open_aes_gcm(key, sealed, fakes::kEtcdKey);
  REQUIRE(plain);
  REQUIRE(*plain);
  CHECK((*plain)->view() == fakes::kPlaintext);
}

TEST_CASE("another key does not open a value", "[decrypt]") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.value);
    const std::string value = fakes::decoded(vector.value);
    std::string key = fakes::counting_key(vector.key_size);
    for (char& byte : key) {
      byte = static_cast<char>(byte ^ 0x40);
      CHECK(opened(value, key) == "refused");
      byte = static_cast<char>(byte ^ 0x40);
    }
  }
}

TEST_CASE("only aesgcm vouches for the key in etcd", "[decrypt]") {
  const std::string key = fakes::counting_key(32);
  for (const auto other :
       {"/registry/secrets/default/demo2", "/registry/secrets/default/dem", ""}) {
    CHECK(opened(fakes::decoded(fakes::kAesGcm), key, other) == "refused");
    CHECK(opened(fakes::decoded(fakes::kAesCbc), key, other) == fakes::kPlaintext);
    CHECK(opened(fakes::decoded(fakes::kSecretbox), key, other) == fakes::kPlaintext);
  }
}

TEST_CASE("a flipped bit anywhere is seen by aesgcm and secretbox", "[decrypt]") {
  for (const auto base64 : {fakes::kAesGcm, fakes::kSecretbox}) {
    std::string value = fakes::decoded(base64);
    const std::size_t body = value.find("key1:") + 5;
    for (std::size_t i = body; i < value.size(); ++i)
      for (int bit = 0; bit < 8; ++bit) {
        value[i] = static_cast<char>(value[i] ^ (1 << bit));
        CHECK(opened(value, fakes::counting_key(32)) == "refused");
        value[i] = static_cast<char>(value[i] ^ (1 << bit));
      }
  }
}

TEST_CASE("a flipped bit in aescbc is seen where it spoils the padding or the beginning",
          "[decrypt]") {
  std::string value = fakes::decoded(fakes::kAesCbc);
  const std::size_t body = value.find("key1:") + 5;
  int changed = 0;
  for (std::size_t i = body; i < value.size(); ++i) {
    value[i] = static_cast<char>(value[i] ^ 1);
    const std::string plain = opened(value, fakes::counting_key(32));
    if (plain != "refused") ++changed;
    value[i] = static_cast<char>(value[i] ^ 1);
  }
  CHECK(changed == 5);  // the bytes of the IV over "hello": nothing vouches for these
}

TEST_CASE("bodies that are cut anywhere", "[decrypt]") {
  for (const Vector& vector : kVectors) {
    const std::string value = fakes::decoded(vector.value);
    const StoredValue whole = read_stored_value(value, nullptr);
    for (std::size_t size = 0; size < whole.body.size(); ++size) {
      const std::string cut(whole.body.substr(0, size));
      const auto plain = decrypt_body(whole.under.provider, fakes::counting_key(vector.key_size),
                                      cut, fakes::kEtcdKey);
      REQUIRE(plain);
      CHECK_FALSE(*plain);
    }
  }
}

TEST_CASE("a wrong key that passes aescbc's padding is told by the text", "[decrypt]") {
  const std::string value = fakes::decoded(fakes::kAesCbc);
  const StoredValue read = read_stored_value(value, nullptr);
  std::string key(32, 'w');
  int passed = 0;
  for (int i = 0; i < 4096; ++i) {
    key[0] = static_cast<char>(i);
    key[1] = static_cast<char>(i >> 8);
    const auto padded = open_aes_cbc(key, read.body);
    REQUIRE(padded);
    if (!*padded) continue;
    ++passed;
    CHECK(opened(value, key) == "refused");
  }
  CHECK(passed > 4);  // 16 are to be expected
  CHECK(passed < 40);
}

TEST_CASE("keys of other lengths", "[decrypt]") {
  for (std::size_t size = 0; size <= 40; ++size) {
    CAPTURE(size);
    const std::string key = fakes::counting_key(size);
    const bool aes = size == 16 || size == 24 || size == 32;
    CHECK(fits_provider(Provider::aescbc, size) == aes);
    CHECK(fits_provider(Provider::aesgcm, size) == aes);
    CHECK(fits_provider(Provider::secretbox, size) == (size == 32));
    CHECK_FALSE(fits_provider(Provider::identity, size));
    CHECK((opened(fakes::decoded(fakes::kAesCbc), key) == "error") != aes);
    CHECK((opened(fakes::decoded(fakes::kAesGcm), key) == "error") != aes);
    CHECK((opened(fakes::decoded(fakes::kSecretbox), key) == "error") != (size == 32));
  }
}

TEST_CASE("what resembles an object", "[decrypt]") {
  CHECK(resembles_object(fakes::kPlaintext));
  CHECK(resembles_object("{\"kind\":\"Demo\"}\n"));
  CHECK(resembles_object("{}"));
  CHECK(resembles_object(" { \"a\": 1 }") == false);  // the server writes nothing in front
  CHECK(resembles_object("{ \"a\": 1 }"));
  CHECK_FALSE(resembles_object("{"));
  CHECK_FALSE(resembles_object("{\x7f}"));
  CHECK_FALSE(resembles_object("{\"a\":1"));
  CHECK_FALSE(resembles_object("hello"));
  CHECK_FALSE(resembles_object(""));
  CHECK(resembles_object("\xd9\xd9\xf7\xa0"));
}

}  // namespace
}  // namespace kencrypt::encryption
