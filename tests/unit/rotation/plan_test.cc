#include "rotation/plan.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "config/change.h"
#include "config/lint.h"
#include "rotation/archive.h"

namespace kencrypt::rotation {
namespace {

SecretBytes secret(char c) { return encode_base64(std::string(32, c)); }

std::string text_of(const SecretBytes& bytes) { return std::string(bytes.view()); }

std::string key(char name) { return std::string("      - name: ") + name + "\n        secret: " + text_of(secret(name)) + "\n"; }

std::string aescbc(const std::string& names) {
  std::string text = "  - aescbc:\n      keys:\n";
  for (const char name : names) text += key(name);
  return text;
}

const std::string kHead = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
const std::string kSecrets = "- resources: # these\n  - secrets\n  providers:\n";
const std::string kEvents = "- resources:\n  - events\n  providers:\n";
const std::string kIdentity = "  - identity: {}\n";

std::string outline_of(std::string_view text) {
  const auto structure = config::read_structure(text);
  return structure ? outline(*structure) : structure.error().message;
}

// The outlines of all versions, made one from the other.
std::vector<std::string> versions(const Journal& journal, std::string text) {
  std::vector<std::string> outlines;
  for (const Version version : {Version::added, Version::promoted, Version::final}) {
    if (journal.at(version)) continue;  // none is needed
    if (version == Version::final && journal.operation == Operation::enable) continue;
    const auto made = make_version(journal, version, text, secret('N'));
    if (!made) return {made.error().message};
    text = text_of(*made);
    outlines.push_back(outline_of(text));
    CHECK((version != Version::added || text.find("# these") != std::string::npos || journal.operation == Operation::enable));
  }
  return outlines;
}

using Outlines = std::vector<std::string>;

TEST_CASE("rotate: the versions of a file", "[rotation]") {
  const std::string text = kHead + kSecrets + aescbc("ab") + kIdentity + kEvents + kIdentity;
  const auto journal = begin_rotate(SecretBytes(text), {.key_name = "n"});
  REQUIRE(journal);
  CHECK(journal->old_keys == std::vector<std::string>{"aescbc/a"});
  CHECK(versions(*journal, text) == Outlines{"secrets: aescbc/a, aescbc/b, aescbc/n, identity; events: identity",
                                             "secrets: aescbc/n, aescbc/a, aescbc/b, identity; events: identity",
                                             "secrets: aescbc/n, aescbc/b, identity; events: identity"});
}

TEST_CASE("rotate: to another provider, and entries in plaintext stay so", "[rotation]") {
  const std::string text = kHead + kSecrets + aescbc("a") + kIdentity + kEvents + kIdentity + aescbc("a");
  const auto journal = begin_rotate(SecretBytes(text), {.key_name = "n", .provider = "secretbox"});
  REQUIRE(journal);
  CHECK(versions(*journal, text) == Outlines{"secrets: aescbc/a, secretbox/n, identity; events: identity, aescbc/a",
                                             "secrets: secretbox/n, aescbc/a, identity; events: identity, aescbc/a",
                                             "secrets: secretbox/n, identity; events: identity"});
}

TEST_CASE("rotate: to a KMS, which has another name in each entry, and back", "[rotation]") {
  const std::string text = kHead + kSecrets + aescbc("a") + kIdentity + kEvents + kIdentity + "- resources: [leases]\n  providers:\n" +
                           aescbc("b") + kIdentity;
  const Wish wish{.key_name = "vault", .provider = "kms", .kms_endpoint = "unix:///run/kms/vault.sock"};
  const auto journal = begin_rotate(SecretBytes(text), wish);
  REQUIRE(journal);
  CHECK(parse_journal(write_journal(*journal)) == *journal);
  CHECK(versions(*journal, text) ==
        Outlines{"secrets: aescbc/a, kmsv2/vault, identity; events: identity; leases: aescbc/b, kmsv2/vault-3, identity",
                 "secrets: kmsv2/vault, aescbc/a, identity; events: identity; leases: kmsv2/vault-3, aescbc/b, identity",
                 "secrets: kmsv2/vault, identity; events: identity; leases: kmsv2/vault-3, identity"});
  const auto added = make_version(*journal, Version::added, text, {});
  REQUIRE(added);
  CHECK(text_of(*added).find("endpoint: 'unix:///run/kms/vault.sock'") != std::string::npos);
  CHECK(outline_of(take_back(*journal, added->view())->view()) == outline_of(text));
  const auto promoted = make_version(*journal, Version::promoted, added->view(), {});
  REQUIRE(promoted);
  CHECK(writes_everywhere_with(*config::read_structure(promoted->view()), wish));
  CHECK_FALSE(writes_everywhere_with(*config::read_structure(added->view()), wish));
  CHECK_FALSE(take_back(*journal, promoted->view()));
  const auto there = begin_rotate(*added, wish);
  REQUIRE(there);
  CHECK(there->at(Version::added) == there->at(Version::start));
  CHECK_FALSE(begin_rotate(*promoted, {.key_name = "n"}));
  const auto back = begin_rotate(*promoted, {.key_name = "n", .provider = "aesgcm"});
  REQUIRE(back);
  CHECK(back->old_keys == std::vector<std::string>{"kmsv2/vault", "kmsv2/vault-3"});
}

TEST_CASE("enable: a new file with a KMS", "[rotation]") {
  const auto journal = begin_enable(std::nullopt, {.key_name = "vault", .provider = "kms", .kms_endpoint = "unix:///a.sock",
                                                   .resources = {"secrets"}});
  REQUIRE(journal);
  CHECK(versions(*journal, "") == Outlines{"secrets: identity, kmsv2/vault", "secrets: kmsv2/vault, identity"});
}

TEST_CASE("rotate: a key that is there is taken for the new one", "[rotation]") {
  const std::string text = kHead + kSecrets + aescbc("ab") + kIdentity;
  const auto journal = begin_rotate(SecretBytes(text), {.key_name = "b"});
  REQUIRE(journal);
  CHECK(journal->at(Version::added) == journal->at(Version::start));
  CHECK(versions(*journal, text) == Outlines{"secrets: aescbc/b, aescbc/a, identity", "secrets: aescbc/b, identity"});
  const std::string both = text + kEvents + aescbc("a");
  CHECK_FALSE(begin_rotate(SecretBytes(both), {.key_name = "b"}));
}

TEST_CASE("rotate: what it is not for", "[rotation]") {
  CHECK_FALSE(begin_rotate(SecretBytes(kHead + kSecrets + kIdentity + aescbc("a")), {.key_name = "n"}));
  const std::string kms = "  - kms:\n      apiVersion: v2\n      name: vault\n      endpoint: unix:///a\n";
  const std::string text = kHead + kSecrets + kms + kIdentity;
  CHECK_FALSE(begin_rotate(SecretBytes(text), {.key_name = "n"}));
  const auto journal = begin_rotate(SecretBytes(text), {.key_name = "n", .provider = "secretbox"});
  REQUIRE(journal);
  CHECK(journal->old_keys == std::vector<std::string>{"kmsv2/vault"});
  CHECK(versions(*journal, text) == Outlines{"secrets: kmsv2/vault, secretbox/n, identity", "secrets: secretbox/n, kmsv2/vault, identity",
                                             "secrets: secretbox/n, identity"});
}

TEST_CASE("enable: a new file reads with the key before it writes with it", "[rotation]") {
  const auto journal = begin_enable(std::nullopt, {.key_name = "n", .provider = "aesgcm", .resources = {"secrets", "configmaps"}});
  REQUIRE(journal);
  CHECK(journal->version_of("") == Version::start);
  CHECK(versions(*journal, "") == Outlines{"secrets, configmaps: identity, aesgcm/n", "secrets, configmaps: aesgcm/n, identity"});
}

TEST_CASE("enable: a file that is there", "[rotation]") {
  const std::string plain = kHead + kSecrets + kIdentity;
  const auto journal = begin_enable(SecretBytes(plain), {.key_name = "n", .provider = "secretbox"});
  REQUIRE(journal);
  CHECK(versions(*journal, plain) == Outlines{"secrets: identity, secretbox/n", "secrets: secretbox/n, identity"});
  const auto on = begin_enable(SecretBytes(kHead + kSecrets + aescbc("a") + kIdentity), {.key_name = "n", .provider = "secretbox"});
  REQUIRE(on);
  CHECK(on->at(Version::promoted) == on->at(Version::start));
  CHECK(on->new_key == "a");
}

TEST_CASE("disable: identity reads everywhere before it writes anywhere, and all keys go", "[rotation]") {
  const std::string text = kHead + kSecrets + aescbc("ab") + kEvents + aescbc("a") + kIdentity;
  const auto journal = begin_disable(SecretBytes(text));
  REQUIRE(journal);
  CHECK(journal->old_keys == std::vector<std::string>{"aescbc/a", "aescbc/b"});
  CHECK(versions(*journal, text) == Outlines{"secrets: aescbc/a, aescbc/b, identity; events: aescbc/a, identity",
                                             "secrets: identity, aescbc/a, aescbc/b; events: identity, aescbc/a",
                                             "secrets: identity; events: identity"});
  const auto off = begin_disable(SecretBytes(kHead + kSecrets + kIdentity));
  REQUIRE(off);
  CHECK(off->version_of(off->at(Version::start)->hash) == Version::final);
}

TEST_CASE("the archive is a configuration of the old keys alone", "[rotation]") {
  const std::string kms = "  - kms:\n      apiVersion: v2\n      name: 'it''s'\n      endpoint: unix:///a\n      timeout: 5s\n";
  const auto structure = config::read_structure(kHead + kSecrets + aescbc("abc") + kms + kIdentity + kEvents + aescbc("c"));
  REQUIRE(structure);
  const auto archive = archive_text(*structure, {"aescbc/a", "aescbc/b", "kmsv2/it's"}, {"/etc/enc.yaml", "2026-11-27T14:05:01Z"});
  REQUIRE(archive);
  CHECK(outline_of(archive->view()) == "secrets: aescbc/a, aescbc/b, kmsv2/it's, identity");
  const auto kept = config::read_structure(archive->view());
  CHECK((*kept)[0].providers[0].keys[0].secret == secret('a'));
  CHECK((*kept)[0].providers[1] == (*structure)[0].providers[1]);
  const std::string text = text_of(*archive);
  CHECK(text.find("At 2026-11-27T14:05:01Z nothing was stored") != std::string::npos);
  CHECK(text.find("fingerprint: " + config::fingerprint((*structure)[0].providers[0].keys[0])) != std::string::npos);
  CHECK(text.find(text_of(secret('c'))) == std::string::npos);
}

}  // namespace
}  // namespace kencrypt::rotation
