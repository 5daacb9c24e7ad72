#include "encryption/stored_value.h"

#include <catch2/catch.hpp>

#include "fakes/stored_values.h"

namespace kencrypt::encryption {
namespace {

using namespace std::string_literals;

EncryptionConfig listing(Provider provider, std::vector<std::string> names) {
  return {"", {{Provider::identity, {}}, {provider, std::move(names)}}};
}

std::string cbc(const std::string& rest) { return "k8s:enc:aescbc:v1:" + rest; }
std::string gcm(const std::string& rest) { return "k8s:enc:aesgcm:v1:" + rest; }
const std::string kBlocks(48, '\x01');

TEST_CASE("a value of each provider", "[stored_value]") {
  const auto read = [](std::string_view base64) {
    const std::string value = fakes::decoded(base64);
    const StoredValue stored = read_stored_value(value, nullptr);
    CHECK(stored.shape == Shape::sound);
    CHECK(stored.medium == Medium::none);
    CHECK(stored.body.data() + stored.body.size() == value.data() + value.size());
    return stored.under;
  };
  CHECK(read(fakes::kAesCbc) == StoredUnder{Provider::aescbc, "key1"});
  CHECK(read(fakes::kAesGcm) == StoredUnder{Provider::aesgcm, "key1"});
  CHECK(read(fakes::kSecretbox) == StoredUnder{Provider::secretbox, "key1"});
  CHECK(read(fakes::kKmsV2) == StoredUnder{Provider::kms_v2, "prov"});
  const std::string v1 = "k8s:enc:kms:v1:old:\0\3DEK"s + std::string(28, 's');
  CHECK(read_stored_value(v1, nullptr).under == StoredUnder{Provider::kms_v1, "old"});
}

TEST_CASE("plaintext and its medium", "[stored_value]") {
  const auto medium = [](std::string_view value) {
    const StoredValue stored = read_stored_value(value, nullptr);
    CHECK(stored.under == StoredUnder{Provider::identity, ""});
    CHECK(stored.body == value);
    CHECK(stored.name_from == NameFrom::nowhere);
    return medium_name(stored.medium);
  };
  CHECK(medium("k8s\0hello"s) == "protobuf");
  CHECK(medium("{\"kind\":\"Secret\"}") == "json");
  CHECK(medium("\xd9\xd9\xf7\xa1") == "cbor");
  CHECK(medium("1234") == "unknown");
  CHECK(medium("") == "unknown");
  CHECK(medium("k8s:enc") == "unknown");  // seven of the eight bytes are no claim
  CHECK(medium("k8s:encx") == "unknown");
  CHECK(medium("k8s\1") == "unknown");
}

TEST_CASE("a provider that is not known is named by what looks like its prefix", "[stored_value]") {
  const auto other = [](const std::string& value) {
    const StoredValue stored = read_stored_value(value, nullptr);
    CHECK(stored.under.provider == Provider::other);
    CHECK(stored.under.key + std::string(stored.body) == value);
    CHECK(stored.shape == Shape::sound);
    return stored.under.key;
  };
  CHECK(other("k8s:enc:chacha:v1:key1:body") == "k8s:enc:chacha:v1:");
  CHECK(other("k8s:enc:aescbc:v2:key1:body") == "k8s:enc:aescbc:v2:");
  CHECK(other("k8s:enc:chacha:\xff:") == "k8s:enc:chacha:");
  CHECK(other("k8s:enc:") == "k8s:enc:");
  CHECK(other("k8s:enc:aescbc:v1") == "k8s:enc:aescbc:");
  CHECK(other("k8s:enc:" + std::string(1000, 'x') + ":v1:") == "k8s:enc:");
}

TEST_CASE("bodies that no key could open", "[stored_value]") {
  const auto shape = [](const std::string& value) {
    return read_stored_value(value, nullptr).shape;
  };
  CHECK(shape(cbc("key1")) == Shape::no_name);
  CHECK(shape(cbc("")) == Shape::no_name);
  CHECK(shape(cbc(":" + kBlocks)) == Shape::no_name);
  CHECK(shape(cbc("key1:" + std::string(31, '\1'))) == Shape::too_short);
  CHECK(shape(cbc("key1:" + std::string(32, '\1'))) == Shape::sound);
  CHECK(shape(cbc("key1:" + std::string(33, '\1'))) == Shape::not_blocks);
  CHECK(shape(gcm("key1:" + std::string(27, '\1'))) == Shape::too_short);
  CHECK(shape(gcm("key1:" + std::string(28, '\1'))) == Shape::sound);
  CHECK(shape("k8s:enc:secretbox:v1:k:" + std::string(39, '\1')) == Shape::too_short);
  CHECK(shape("k8s:enc:secretbox:v1:k:" + std::string(40, '\1')) == Shape::sound);
  CHECK(shape("k8s:enc:kms:v2:p:" + std::string(40, '\1')) == Shape::bad_kms);
  for (const Shape one : {Shape::no_name, Shape::too_short, Shape::not_blocks, Shape::bad_kms})
    CHECK_FALSE(shape_words(one).empty());
  CHECK(shape_words(Shape::sound).empty());
}

TEST_CASE("without a configuration the name ends at a ':'", "[stored_value]") {
  const auto read = [](const std::string& value) {
    const StoredValue stored = read_stored_value(value, nullptr);
    CHECK(stored.name_from == NameFrom::first_colon);
    return stored.under.key;
  };
  CHECK(read(gcm("a:b:" + kBlocks)) == "a");
  CHECK(read(cbc("a:" + kBlocks)) == "a");
  CHECK(read(cbc("a:b:" + kBlocks)) == "a:b");     // only this leaves whole blocks
  CHECK(read(cbc("a:bc\x01:" + kBlocks)) == "a");  // nobody writes such a name
  CHECK(read(cbc("k\x01\xff:" + kBlocks)) == "k\x01\xff");
  CHECK(read(cbc("a:b:" + kBlocks + "x")) == "a");
  CHECK(read(gcm(std::string(kMaxGuessedName, 'n') + ":" + kBlocks)).size() == kMaxGuessedName);
  CHECK(read_stored_value(gcm(std::string(kMaxGuessedName + 1, 'n') + ":" + kBlocks), nullptr)
            .shape == Shape::no_name);
}

TEST_CASE("with a configuration the name is one that it lists", "[stored_value]") {
  const auto config = listing(Provider::aesgcm, {"x", "a:b", "x"});
  const StoredValue certain = read_stored_value(gcm("a:b:" + kBlocks), &config);
  CHECK(certain.under.key == "a:b");
  CHECK(certain.name_from == NameFrom::config);
  const std::string value = gcm("a:b:" + kBlocks);
  CHECK(read_stored_value(value, &config).body == kBlocks);
  const std::string twice = gcm("x:" + kBlocks);  // one name, listed twice
  CHECK(read_stored_value(twice, &config).name_from == NameFrom::config);
  const StoredValue unlisted = read_stored_value(gcm("b:" + kBlocks), &config);
  CHECK(unlisted.under.key == "b");
  CHECK(unlisted.name_from == NameFrom::first_colon);
  const StoredValue longer = read_stored_value(gcm("xy:" + kBlocks), &config);
  CHECK(longer.under.key == "xy");
  const std::string long_name(kMaxGuessedName + 1, 'n');
  const auto long_config = listing(Provider::aesgcm, {long_name});
  CHECK(read_stored_value(gcm(long_name + ":" + kBlocks), &long_config).under.key == long_name);
}

TEST_CASE("names that overlap", "[stored_value]") {
  const auto both = listing(Provider::aesgcm, {"a:b", "a"});
  const StoredValue ambiguous = read_stored_value(gcm("a:b:" + kBlocks), &both);
  CHECK(ambiguous.under.key == "a:b");  // the server tries it first
  CHECK(ambiguous.name_from == NameFrom::ambiguous);
  CHECK(read_stored_value(gcm("a:" + kBlocks), &both).name_from == NameFrom::config);
  const auto blocks = listing(Provider::aescbc, {"a", "a:b"});
  const StoredValue decided = read_stored_value(cbc("a:b:" + kBlocks), &blocks);
  CHECK(decided.under.key == "a:b");  // under "a" nothing could decrypt
  CHECK(decided.name_from == NameFrom::config);
  const StoredValue neither = read_stored_value(cbc("a:b:" + kBlocks + "x"), &blocks);
  CHECK(neither.under.key == "a");
  CHECK(neither.name_from == NameFrom::ambiguous);
  CHECK(neither.shape == Shape::not_blocks);
}

TEST_CASE("a KMS v2 plugin's name holds no ':'", "[stored_value]") {
  const std::string value = fakes::decoded(fakes::kKmsV2);
  CHECK(read_stored_value(value, nullptr).name_from == NameFrom::value);
  const auto config = listing(Provider::kms_v2, {"prov"});
  CHECK(read_stored_value(value, &config).name_from == NameFrom::config);
  CHECK(read_stored_value("k8s:enc:kms:v2:a:b:" + std::string(60, 's'), nullptr).under.key == "a");
}

TEST_CASE("values that are cut anywhere", "[stored_value]") {
  for (const auto base64 : {fakes::kAesCbc, fakes::kAesGcm, fakes::kSecretbox}) {
    const std::string value = fakes::decoded(base64);
    for (std::size_t size = 0; size < value.size(); ++size) {
      const std::string cut(value, 0, size);
      const StoredValue read = read_stored_value(cut, nullptr);
      CHECK(read.body.size() <= cut.size());
      CHECK((read.under.provider == Provider::identity) == (size < 8));
    }
  }
}

}  // namespace
}  // namespace kencrypt::encryption
