#include <catch2/catch.hpp>

#include "doctor/configuration.h"
#include "doctor/manifest.h"
#include "unit/doctor/findings.h"

using namespace kencrypt;

namespace {

const std::string kKey = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=";  // 32 bytes, and no random ones
const std::string kRandom = "8u2C0wW8N1tq0n1l1yK5mA2fJ8zYxq1Yw3pQm5vT9rE=";

std::string file(const std::string& keys, const std::string& more = "      - identity: {}\n") {
  return "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources: [secrets]\n"
         "    providers:\n      - aescbc:\n          keys:\n" + keys + more;
}

std::string key(const std::string& name, const std::string& secret) {
  return "            - {name: " + name + ", secret: " + secret + "}\n";
}

struct Judged {
  std::string found;
  std::string text;
};

Judged judge(const std::string& text, config::FileFacts facts = {}, config::Server server = {}) {
  facts.mode = facts.mode == 0 ? 0600 : facts.mode;
  facts.now = 1'800'000'000;
  facts.modified = facts.now;
  doctor::Diagnosis diagnosis;
  doctor::check_configuration({.name = "enc.yaml", .text = text, .facts = facts, .server = server}, diagnosis);
  return {fakes::found(diagnosis), fakes::all_evidence(diagnosis)};
}

std::string manifest(const std::string& flags) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver}\nspec:\n  containers:\n  - name: kube-apiserver\n"
         "    image: registry.k8s.io/kube-apiserver:v1.37.2\n    command:\n    - kube-apiserver\n" + flags;
}

const std::string kMounted =
    "    volumeMounts:\n    - {name: enc, mountPath: /enc}\n    - {name: audit, mountPath: /audit}\n  volumes:\n"
    "  - {name: enc, hostPath: {path: /etc/enc}}\n  - {name: audit, hostPath: {path: /etc/audit}}\n";

}  // namespace

TEST_CASE("a sound configuration has no findings", "[doctor]") {
  CHECK(judge(file(key("key1", kRandom))).found.empty());
}

TEST_CASE("each rule of lint is in a check", "[doctor]") {
  CHECK(judge("a: [\n").found == "error config-syntax");
  CHECK(judge(file(key("key1", "a!b"))).found == "error config-key");
  CHECK(judge(file(key("key1", "AAAA"))).found == "error config-key");
  CHECK(judge(file(key("key1", kRandom), "      - identity: {}\n  - x: y\n")).found.starts_with("error config-refused"));
  CHECK(judge(file(key("key1", kRandom)) + "---\n{}\n").found == "warning config-syntax");
  CHECK(judge(file(key("key1", kRandom) + key("key2", kRandom))).found == "warning repeated-key");
  CHECK(judge(file(key("key1", std::string(43, 'A') + "="))).found == "warning weak-key");
  CHECK(judge(file(key("key1", kRandom)), {.mode = 0640}).found == "warning file-permissions");
  CHECK(judge(file(key("key1", kRandom)), {.owner = 7}).found == "warning file-permissions");
  CHECK(judge(file(key("key1", kRandom)), {.in_etcd = true}).found == "warning keys-beside-data");
  CHECK(judge(file(key("key-2020-01-01", kRandom)), {.max_key_days = 365}).found == "warning key-age");
  CHECK(judge(file(key("key-2020-01-01", kRandom))).found.empty());
}

TEST_CASE("a configuration that leaves Secrets out", "[doctor]") {
  std::string text = file(key("key1", kRandom));
  text.replace(text.find("secrets"), 7, "configmaps");
  CHECK(judge(text).found == "error secrets-not-encrypted");
}

TEST_CASE("a server that has the gate takes KMS v1", "[doctor]") {
  const std::string text =
      "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources: [secrets]\n    providers:\n"
      "      - kms: {name: a, endpoint: unix:///a.sock}\n      - identity: {}\n";
  CHECK(judge(text).found == "error config-refused");
  CHECK(judge(text, {}, {.kms_v1_gate = true}).found == "warning config-practice");
}

TEST_CASE("no finding quotes a key", "[doctor]") {
  for (const std::string& secret : {kKey, kRandom, std::string("not!base64-hunter2")}) {
    const Judged judged = judge(file(key("key1", secret) + key("key1", secret)), {.mode = 0644, .owner = 7});
    CHECK_FALSE(judged.text.empty());
    CHECK(judged.text.find(secret) == std::string::npos);
  }
}

TEST_CASE("a manifest, and the files that it names", "[doctor]") {
  doctor::Diagnosis diagnosis;
  const std::string text = manifest("    - --encryption-provider-config=/enc/e.yaml\n    - --audit-policy-file=/audit/p.yaml\n"
                                    "    - --feature-gates=A=true,KMSv1=true\n    - --encryption-provider-config-automatic-reload\n") + kMounted;
  const auto named = doctor::check_manifest("m.yaml", Result<std::string_view>(text), diagnosis);
  CHECK(fakes::found(diagnosis).empty());
  CHECK(named.config == "/etc/enc/e.yaml");
  CHECK(named.audit_policy == "/etc/audit/p.yaml");
  CHECK(named.kms_v1);
  CHECK(named.reloads);
}

TEST_CASE("what is wrong with a manifest", "[doctor]") {
  const auto judged = [](const std::string& text) {
    doctor::Diagnosis diagnosis;
    doctor::check_manifest("m.yaml", Result<std::string_view>(text), diagnosis);
    return fakes::found(diagnosis);
  };
  CHECK(judged("kind: Pod\n") == "error manifest-unreadable");
  CHECK(judged(manifest("")) == "error flag-missing");
  CHECK(judged(manifest("    - --encryption-provider-config-automatic-reload\n")) == "error manifest-flags, error flag-missing");
  CHECK(judged(manifest("    - --encryption-provider-config=e.yaml\n")) == "error manifest-flags");
  CHECK(judged(manifest("    - --encryption-provider-config=/enc/e.yaml\n")) == "error manifest-mount");
  CHECK(judged(manifest("    - --encryption-provider-config=/enc\n    - --encryption-provider-config-automatic-reload\n") + kMounted) ==
        "warning single-file-mount");
  doctor::Diagnosis diagnosis;
  doctor::check_manifest("m.yaml", Result<std::string_view>(fail(ErrorKind::io, "no such file")), diagnosis);
  CHECK(fakes::found(diagnosis) == "error manifest-unreadable");
}
