#include "config/lint.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <string>

#include "base/base64.h"

using namespace kencrypt;
using namespace kencrypt::config;

namespace {

// A file whose first provider has these keys, each "NAME SECRET".
std::string with_keys(const std::string& type, const std::string& keys) {
  return "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n"
         "  providers:\n  - " +
         type + ":\n      keys:\n" + keys + "  - identity: {}\n";
}

std::string key(const std::string& name, const std::string& secret) {
  return "      - name: " + name + "\n        secret: " + secret + "\n";
}

std::string base64(std::string_view bytes) { return std::string(encode_base64(bytes).view()); }

const std::string kGood = "QmE3dP1UuK1yN0hFkYw9sCkT5m2ZqXo7r8GvJbL4xAI=";

std::vector<std::string> rules_of(const std::vector<Finding>& findings) {
  std::vector<std::string> rules;
  for (const Finding& one : findings) rules.emplace_back(one.rule);
  return rules;
}

std::vector<std::string> rules_of(const std::string& text, const Server& server = {}) {
  return rules_of(lint(text, server));
}

using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("a file without fault has no findings", "[config]") {
  CHECK(rules_of(with_keys("secretbox", key("key1", kGood))).empty());
}

TEST_CASE("a finding says where it is and what to write instead", "[config]") {
  const auto findings = lint(with_keys("aescbc", key("key1", "AAAA")), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "key-length");
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].line == 9);
  CHECK(findings[0].column == 17);
  CHECK(findings[0].field == "resources[0].providers[0].aescbc.keys[0].secret");
  CHECK(findings[0].message == "the key has 3 bytes, and aescbc takes 16, 24 or 32");
  CHECK(findings[0].advice.find("/dev/urandom") != std::string::npos);
}

TEST_CASE("what is no field, or stands twice, is an error from 1.31 on and a warning before", "[config]") {
  const std::string text = with_keys("secretbox", key("key1", kGood) + "        Name: x\n        name: key1\n");
  const auto strict = lint(text, {});
  CHECK(rules_of(strict) == Rules{"unknown-field", "duplicate-field"});
  CHECK(strict[0].severity == Severity::error);
  const auto lenient = lint(text, {.minor = 30});
  CHECK(rules_of(lenient) == Rules{"unknown-field", "duplicate-field"});
  CHECK(lenient[0].severity == Severity::warning);
  CHECK(lenient[1].severity == Severity::warning);
}

TEST_CASE("before 1.31 the last of two fields counts", "[config]") {
  const std::string text = with_keys("secretbox", key("key1", "AAAA") + "        secret: " + kGood + "\n");
  CHECK(rules_of(text, {.minor = 30}) == Rules{"duplicate-field"});
  const std::string other = with_keys("secretbox", key("key1", kGood) + "        secret: AAAA\n");
  CHECK(rules_of(other, {.minor = 30}) == Rules{"key-length", "duplicate-field"});
}

TEST_CASE("KMS v1 is refused from 1.29 on, unless its gate is open", "[config]") {
  const std::string text =
      "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n"
      "  providers:\n  - kms: {name: a, endpoint: 'unix:///a'}\n";
  CHECK(lint(text, {}).front().severity == Severity::error);
  CHECK(lint(text, {.minor = 28}).front().severity == Severity::warning);
  CHECK(lint(text, {.kms_v1_gate = true}).front().severity == Severity::warning);
}

TEST_CASE("keys that everybody knows, that are text, patterns or short are found", "[config]") {
  const auto found = [](std::string_view bytes) { return rules_of(with_keys("aescbc", key("k", base64(bytes)))); };
  CHECK(found("abcdefghijklmnopqrstuvwxyz123456") == Rules{"sample-key"});
  CHECK(found("secret is secure") == Rules{"sample-key", "short-key"});
  CHECK(found("0123456789abcdeffedcba9876543210") == Rules{"weak-key"});
  CHECK(found("correct horse battery staple 123") == Rules{"weak-key"});
  CHECK(found(std::string(32, '\x93')) == Rules{"weak-key"});
  CHECK(found("\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07" "\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07\x93\x07") == Rules{"weak-key"});
  std::string sequence;
  for (int i = 0; i < 32; ++i) sequence += static_cast<char>(200 - 3 * i);
  CHECK(found(sequence) == Rules{"weak-key"});
}

TEST_CASE("names and keys that are there twice are found", "[config]") {
  const std::string other = "ZxX3r0Yq1mUoT8vJbL4xAIQmE3dP1UuK1yN0hFkYw9s=";
  CHECK(rules_of(with_keys("aesgcm", key("a", kGood) + key("a", other))) == Rules{"repeated-key-name"});
  CHECK(rules_of(with_keys("aesgcm", key("a", kGood) + key("b", kGood))) == Rules{"repeated-key"});
}

TEST_CASE("identity first is a warning where something else is meant to encrypt", "[config]") {
  const std::string head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
  CHECK(rules_of(head + "- resources: [secrets]\n  providers: [{identity: {}}]\n") == Rules{"identity-first"});
  CHECK(rules_of(head + "- resources: [events]\n  providers: [{identity: {}}]\n").empty());
  CHECK(rules_of(head + "- resources: [events]\n  providers: [{identity: {}}, {kms: {apiVersion: v2, name: a, endpoint: "
                        "'unix:///a'}}]\n") == Rules{"identity-first"});
}

TEST_CASE("a mask is the later of two rules", "[config]") {
  const std::string head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
  const std::string providers = "  providers: [{identity: {}}]\n";
  const auto findings = lint(head + "- resources: ['*.apps']\n" + providers + "- resources: [deployments.apps]\n" + providers, {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "masked-resource");
  CHECK(findings[0].line == 6);
  CHECK(findings[0].message == "'*.apps' further up covers this already");
}

TEST_CASE("the file system's findings", "[config]") {
  const std::string text = with_keys("secretbox", key("key1", kGood));
  const std::int64_t day = 86'400;
  FileFacts file{.mode = 0600, .owner = 0, .self = 0, .modified = 20'000 * day, .now = 20'100 * day};
  const auto found = [&] { return rules_of(lint(text, {}, &file)); };
  CHECK(found().empty());
  file.max_key_days = 99;
  CHECK(found() == Rules{"key-age"});
  file.max_key_days = 100;
  file.mode = 0640;
  file.owner = 1000;
  file.snapshot = "backup.db";
  file.in_etcd = true;
  CHECK(found() == Rules{"file-permissions", "file-owner", "beside-backups", "beside-backups"});
}

TEST_CASE("the day in a key's name tells its age", "[config]") {
  const std::string text = with_keys("secretbox", key("key-2024-01-31", kGood));
  FileFacts file{.mode = 0600, .modified = 20'000 * 86'400, .now = 20'000LL * 86'400, .max_key_days = 100};
  const auto findings = lint(text, {}, &file);  // 2024-10-04
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message == "the key that writes is at least 247 days old, by the day in its name");
}

TEST_CASE("nothing of a key, nor of what stands where one should, is in a finding", "[config]") {
  const std::string secret = "c3VwZXJzZWNyZXQ";
  const std::vector<std::string> files = {
      with_keys("aescbc", key("a", secret)), with_keys("aescbc", key("a", secret + "=")), with_keys("aescbc", key("a", "[" + secret + "]")),
      with_keys("aescbc", key("a", "{" + secret + ": 1}")), with_keys("aescbc", "      - " + secret + "supersecretxx==: x\n"),
      with_keys("aescbc", key("a", "\"" + secret)), with_keys("aescbc", key("a", "!!int " + secret)),
      "{\"apiVersion\": \"" + secret + "\", " + secret + "}", with_keys("aescbc", key("a", "*" + secret)), secret};
  for (const std::string& text : files) {
    const auto findings = lint(text, {});
    REQUIRE_FALSE(findings.empty());
    for (const Finding& one : findings) CHECK((one.message + one.advice + one.field).find(secret) == std::string::npos);
  }
}

TEST_CASE("every rule that is found is in the list of rules", "[config]") {
  const auto known = rules();
  for (const char* id : {"unreadable", "weak-key", "kms-v1", "masked-resource", "beside-backups"})
    CHECK(std::any_of(known.begin(), known.end(), [id](const Rule& rule) { return rule.id == id; }));
}
