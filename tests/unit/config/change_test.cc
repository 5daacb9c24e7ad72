#include "config/change.h"

#include <catch2/catch.hpp>
#include <string>

#include "config/template.h"

using namespace kencrypt;
using namespace kencrypt::config;

namespace {

const std::string kKey1 = "QmE3dP1UuK1yN0hFkYw9sCkT5m2ZqXo7r8GvJbL4xAI=";
const std::string kKey2 = "ZxX3r0Yq1mUoT8vJbL4xAIQmE3dP1UuK1yN0hFkYw9s=";
const std::string kKey3 = "mUoT8vJbL4xAIQmE3dP1UuK1yN0hFkYw9sZxX3r0Yq0=";

const std::string kHead =
    "# ours\napiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";

std::string one_entry(const std::string& keys) {
  return kHead + "  - resources:\n      - secrets   # what matters\n    providers:\n      - aescbc:\n          keys:\n" + keys +
         "      # for what was there before\n      - identity: {}\n\n# the end\n";
}

std::string key(const std::string& name, const std::string& secret, const std::string& comment = "") {
  return (comment.empty() ? "" : "            # " + comment + "\n") + "            - name: " + name + "\n              secret: " + secret + "\n";
}

NewKey new_key(std::optional<Type> provider = std::nullopt) { return {provider, "key3", SecretBytes(kKey3)}; }

std::string text_of(const Result<SecretBytes>& result) { return result ? std::string(result->view()) : "error: " + result.error().message; }

bool refuses(const Result<SecretBytes>& result, std::string_view why) {
  return !result && result.error().message.find(why) != std::string::npos && result.error().message.find(kKey1) == std::string::npos;
}

}  // namespace

TEST_CASE("a new key goes behind the others, and nothing else changes", "[config]") {
  const std::string before = key("key1", kKey1, "the first") + key("key2", kKey2);
  CHECK(text_of(add_key(one_entry(before), new_key())) == one_entry(before + key("key3", kKey3)));
}

TEST_CASE("a new provider goes before identity", "[config]") {
  const std::string text = one_entry(key("key1", kKey1));
  std::string meant = text;
  meant.insert(meant.find("      # for what"), "      - secretbox:\n          keys:\n          - name: key3\n            secret: " + kKey3 + "\n");
  CHECK(text_of(add_key(text, new_key(Type::secretbox))) == meant);
}

TEST_CASE("a file's own line breaks are kept, and one is made where the last is missing", "[config]") {
  std::string text = kHead + "- resources: [secrets]\n  providers:\n  - aesgcm:\n      keys:\n      - name: key1\n        secret: " + kKey1;
  CHECK(text_of(add_key(text, new_key())) == text + "\n      - name: key3\n        secret: " + kKey3 + "\n");
  std::string windows;
  for (const char c : text + "\n") windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(text_of(add_key(windows, new_key())) == windows + "      - name: key3\r\n        secret: " + kKey3 + "\r\n");
}

TEST_CASE("the key that writes is the first, with its comment", "[config]") {
  const std::string text = one_entry(key("key1", kKey1, "old") + key("key2", kKey2, "new"));
  CHECK(text_of(promote_key(text, {std::nullopt, "key2"})) == one_entry(key("key2", kKey2, "new") + key("key1", kKey1, "old")));
  CHECK(refuses(promote_key(text, {std::nullopt, "key1"}), "writes already"));
  CHECK(refuses(promote_key(text, {std::nullopt, "key9"}), "no key \"key9\""));
  CHECK(refuses(promote_key(text, {Type::secretbox, "key2"}), "no key \"secretbox/key2\""));
}

TEST_CASE("a key of another provider takes that to the front, in every entry", "[config]") {
  const std::string old = "  - aescbc:\n      keys:\n      - name: key1\n        secret: " + kKey1 + "\n";
  const std::string fresh = "  - secretbox:\n      keys:\n      - name: key2\n        secret: " + kKey2 + "\n";
  const auto file = [](const std::string& providers) {
    return kHead + "- resources: [secrets]\n  providers:\n" + providers + "- resources: ['*.*']\n  providers:\n" + providers;
  };
  CHECK(text_of(promote_key(file(old + fresh), {Type::secretbox, "key2"})) == file(fresh + old));
}

TEST_CASE("a key is taken out with its comment, and a provider with its last key", "[config]") {
  const std::string text = one_entry(key("key1", kKey1) + key("key2", kKey2, "old"));
  CHECK(text_of(remove_key(text, {Type::aescbc, "key2"})) == one_entry(key("key1", kKey1)));
  CHECK(refuses(remove_key(text, {std::nullopt, "key1"}), "is written with the key"));
  const std::string last = kHead + "- resources: [secrets]\n  providers:\n  - identity: {}\n";
  const std::string provider = "  - secretbox:\n      keys:\n      - name: key2\n        secret: " + kKey2 + "\n";
  CHECK(text_of(remove_key(last + provider, {std::nullopt, "key2"})) == last);
}

TEST_CASE("what cannot be changed line by line is refused, and stays", "[config]") {
  const std::string flow = kHead + "- resources: [secrets]\n  providers:\n  - aescbc: {keys: [{name: key1, secret: '" + kKey1 + "'}]}\n";
  CHECK(refuses(add_key(flow, new_key()), "line 7: a list in brackets"));
  const std::string shared = kHead + "- resources: [secrets]\n  providers:\n  - aescbc:\n      keys: &k\n      - name: key1\n        secret: " + kKey1 +
                             "\n- resources: [events]\n  providers:\n  - aescbc:\n      keys: *k\n";
  CHECK(refuses(add_key(shared, new_key()), "anchor"));
  CHECK(refuses(add_key("{}", new_key()), "config lint"));
  CHECK(refuses(add_key(one_entry(key("key3", kKey1)), new_key()), "another name"));
  const std::string twice = one_entry(key("key1", kKey1) + key("key2", kKey2) + key("key2", kKey3));
  CHECK(refuses(remove_key(twice, {std::nullopt, "key2"}), "more than one key"));
}

TEST_CASE("a new file says who writes, and takes no resource that a server refuses", "[config]") {
  const auto text = render({.resources = {"secrets", "*.apps"}, .name = "key1", .secret = SecretBytes(kKey1)});
  REQUIRE(text);
  CHECK(text->view().find("  - secretbox:\n      keys:\n      - name: 'key1'\n        secret: " + kKey1 + "\n") != std::string_view::npos);
  CHECK(refuses(render({.resources = {"Secrets"}, .name = "k", .secret = SecretBytes(kKey1)}), "capital"));
  CHECK(refuses(render({.resources = {"secrets"}, .type = Type::kms, .name = "a:b", .endpoint = "unix:///a"}), "':'"));
}

TEST_CASE("a KMS goes before identity, takes over, and goes again, in the place of a key", "[config]") {
  const std::string text = one_entry(key("key1", kKey1));
  const std::string kms =
      "      - kms:\n          apiVersion: v2\n          name: 'vault'\n          endpoint: 'unix:///run/kms.sock'\n          timeout: 3s\n";
  std::string added = text;
  added.insert(added.find("      # for what"), kms);
  CHECK(text_of(add_kms(text, {"vault", "unix:///run/kms.sock"})) == added);
  std::string promoted = text;
  promoted.insert(promoted.find("      - aescbc"), kms);
  for (const std::string name : {"kms/vault", "kmsv2/vault", "vault"}) {
    const auto wanted = parse_key_name(name);
    REQUIRE(wanted);
    CHECK(text_of(promote_key(added, *wanted)) == promoted);
    CHECK(text_of(remove_key(added, *wanted)) == text);
    CHECK(refuses(promote_key(promoted, *wanted), "writes already"));
    CHECK(refuses(remove_key(promoted, *wanted), "is written with the key"));
  }
  CHECK(text_of(promote_key(promoted, {Type::aescbc, "key1"})) == added);
  CHECK(refuses(promote_key(text, {Type::kms, "key1"}), "no key \"kms/key1\""));
}

TEST_CASE("a KMS has a name of its own in each entry, and no name that a server refuses", "[config]") {
  const std::string entry = "  providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: " + kKey1 + "\n";
  const std::string file = kHead + "- resources: [secrets]\n" + entry + "- resources: ['*.*']\n" + entry;
  CHECK(entry_count(file) == 2);
  const auto added = add_kms(file, {"vault", "unix:///run/kms.sock"});
  REQUIRE(added);
  const auto first = promote_key(added->view(), {Type::kms, "vault"});
  REQUIRE(first);
  CHECK(first->view().find("name: 'vault'") < first->view().find("aescbc"));
  CHECK(first->view().find("name: 'vault-2'") > first->view().rfind("aescbc"));
  CHECK(refuses(add_kms(added->view(), {"vault", "unix:///run/kms.sock"}), "another KMS provider has this name"));
  CHECK(refuses(add_kms(file, {"a:b", "unix:///run/kms.sock"}), "':'"));
  CHECK(refuses(add_kms(file, {"vault", "https://kms"}), "unix://"));
  CHECK(refuses(add_kms(file, {"a\nb", "unix:///run/kms.sock"}), "line by line"));
}
