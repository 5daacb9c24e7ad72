#include "encryption/object_check.h"

#include <catch2/catch.hpp>

#include "fakes/stored_values.h"
#include "kube/json_walk.h"

namespace kencrypt::encryption {
namespace {

using namespace std::string_literals;

// Of less than 128 bytes.
std::string field(int number, const std::string& content) {
  return std::string(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(content.size()) +
         content;
}

std::string meta(const std::string& name, const std::string& name_space) {
  return field(1, name) + field(3, name_space);
}

std::string stored(const std::string& type_meta, const std::string& raw) {
  return "k8s\0"s + field(1, type_meta) + field(2, raw) + field(3, "") + field(4, "");
}

const std::string kSecretType = field(1, "v1") + field(2, "Secret");

std::string secret(const std::string& name, const std::string& name_space) {
  return stored(kSecretType, field(1, meta(name, name_space)) + field(3, "Opaque"));
}

std::string verdict(std::string_view plaintext, std::string_view etcd_key = fakes::kEtcdKey) {
  const ObjectCheck check = check_object(plaintext, etcd_key);
  switch (check.verdict) {
    case ObjectVerdict::object:
      return check.api_version + " " + check.kind;
    case ObjectVerdict::other_object:
      return "other " + check.kind;
    case ObjectVerdict::unchecked:
      return "unchecked";
    case ObjectVerdict::not_an_object:
      break;
  }
  CHECK((check.api_version + check.kind).empty());
  return "none";
}

TEST_CASE("a protobuf object, and the key that it belongs to", "[object_check]") {
  CHECK(verdict(secret("demo", "default")) == "v1 Secret");
  CHECK(verdict(secret("demo", "other")) == "other Secret");
  CHECK(verdict(secret("dem", "default")) == "other Secret");
  CHECK(verdict(secret("", "")) == "v1 Secret");  // as in /registry/ranges
  CHECK(verdict(secret("demo", ""), "/registry/namespaces/demo") == "v1 Secret");
  CHECK(verdict(secret("demo", "default"), "demo") == "other Secret");
  CHECK(verdict(secret("demo", "default"), "") == "other Secret");
}

TEST_CASE("a JSON object", "[object_check]") {
  const std::string head = R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":)";
  CHECK(verdict(head + R"({"name":"demo","namespace":"default"},"spec":{"kind":"x"}})" + "\n") ==
        "example.com/v1 Widget");
  CHECK(verdict(head + R"({"name":"demo","namespace":"n"}})") == "other Widget");
  CHECK(verdict(head + R"({"labels":{"name":"x"},"name":"demo"}})") == "example.com/v1 Widget");
  CHECK(verdict(head + R"({"name":"demo")") == "none");
  CHECK(verdict(R"({"kind":"Widget"})") == "none");
  CHECK(verdict(R"({"apiVersion":"v1"})") == "none");
  CHECK(verdict(R"({"apiVersion":"v1","kind":7})") == "v1 7");  // the server would not write it
  CHECK(verdict("{}") == "none");
  CHECK(verdict("{\x7f}") == "none");
  std::string deep = R"({"apiVersion":"v1","kind":"K","a":)";
  deep += std::string(kube::kMaxJsonDepth, '[') + std::string(kube::kMaxJsonDepth, ']') + "}";
  CHECK(verdict(deep) == "none");
}

TEST_CASE("what is no object", "[object_check]") {
  CHECK(verdict(fakes::kPlaintext) == "none");
  CHECK(verdict("") == "none");
  CHECK(verdict("1234") == "none");
  CHECK(verdict("k8s\0"s) == "none");
  CHECK(verdict("k8s\0"s + field(1, kSecretType)) == "none");  // no raw part
  CHECK(verdict(stored(kSecretType, "")) == "none");
  CHECK(verdict(stored(kSecretType, field(3, "Opaque"))) == "none");  // no metadata
  CHECK(verdict(stored(kSecretType, field(1, "\x0a\x7f"))) == "none");
  CHECK(verdict(stored(kSecretType, field(1, meta("demo", "default")) + "\x1a\x09x")) == "none");
  CHECK(verdict(stored(field(1, "v1"), field(1, meta("demo", "default")))) == "none");
  CHECK(verdict(stored("\x0a\x09v1", field(1, meta("demo", "default")))) == "none");
}

TEST_CASE("a kind that no report should show", "[object_check]") {
  const auto of_kind = [](const std::string& kind) {
    return verdict(stored(field(1, "v1") + field(2, kind), field(1, meta("demo", "default"))));
  };
  CHECK(of_kind("Secret") == "v1 Secret");
  CHECK(of_kind("Sec\x1bret") == "none");
  CHECK(of_kind("Sec ret") == "none");
  CHECK(of_kind("") == "none");
  const std::string json = R"({"apiVersion":"v1","kind":")";
  CHECK(verdict(json + std::string(kMaxTypeName, 'K') + "\"}").starts_with("v1 K"));
  CHECK(verdict(json + std::string(kMaxTypeName + 1, 'K') + "\"}") == "none");
}

TEST_CASE("CBOR is not read", "[object_check]") {
  CHECK(verdict("\xd9\xd9\xf7\xa1\x61\x61\x01") == "unchecked");
  CHECK(verdict("\xd9\xd9\xf7\x61\x61") == "none");
  CHECK(verdict("\xd9\xd9\xf7") == "none");
}

TEST_CASE("objects that are cut or changed anywhere", "[object_check]") {
  const std::string whole = secret("demo", "default");
  const std::string envelope_end = whole.substr(0, whole.size() - 4);  // without two empty fields
  for (std::size_t size = 0; size < envelope_end.size(); ++size)
    CHECK(verdict(std::string(whole, 0, size)) == "none");
  std::string changed = whole;
  for (char& byte : changed)
    for (int value = 0; value < 256; ++value) {
      const char before = byte;
      byte = static_cast<char>(value);
      check_object(changed, fakes::kEtcdKey);  // for a sanitizer to see
      byte = before;
    }
}

}  // namespace
}  // namespace kencrypt::encryption
