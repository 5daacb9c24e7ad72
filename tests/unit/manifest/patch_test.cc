#include "manifest/patch.h"

#include <catch2/catch.hpp>
#include <string>

#include "unit/manifest/shapes.h"

using namespace kencrypt;
using namespace kencrypt::manifest;

namespace {

const std::string kFlag = "--encryption-provider-config=/etc/kubernetes/enc/enc.yaml";

std::string patched(const std::string& text, const Wish& wish = {}) {
  const auto result = patch(text, wish);
  return result ? std::string(result->text.view()) : "error: " + result.error().message;
}

std::string why_not(const std::string& name, const Wish& wish = {}) {
  const auto result = patch(shape(name), wish);
  return result ? "patched" : result.error().message;
}

// Lines that `after` has more than `before`, which has to be `after` without them.
std::vector<std::string> added_lines(const std::string& before, const std::string& after) {
  std::istringstream old_lines(before);
  std::istringstream new_lines(after);
  std::vector<std::string> added;
  std::string wanted;
  bool more = static_cast<bool>(std::getline(old_lines, wanted));
  for (std::string line; std::getline(new_lines, line);) {
    if (more && line == wanted)
      more = static_cast<bool>(std::getline(old_lines, wanted));
    else
      added.push_back(line);
  }
  CHECK_FALSE(more);
  return added;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("a manifest of any shape is patched once, and complete then", "[manifest]") {
  REQUIRE(shapes("").size() >= 30);
  for (const std::string& name : shapes("")) {
    for (const bool reload : {false, true}) {
      INFO(name << (reload ? " with reload" : ""));
      const Wish wish{.config = std::string(kDefaultConfig), .reload = reload};
      const auto once = patch(shape(name), wish);
      REQUIRE(once);
      const auto checked = check(once->text.view());
      REQUIRE(checked);
      CHECK(checked->complete);
      CHECK(checked->host_path == kDefaultConfig);
      CHECK(once->reloads == reload);
      const auto twice = patch(once->text.view(), wish);
      REQUIRE(twice);
      CHECK_FALSE(twice->changed);
      CHECK(twice->text == once->text);
    }
  }
}

TEST_CASE("a kubeadm manifest gets nine lines, where kubeadm would put them", "[manifest]") {
  const std::string before = shape("kubeadm");
  const std::string after = patched(before, {.config = std::string(kDefaultConfig), .reload = true});
  CHECK(added_lines(before, after) ==
        std::vector<std::string>{"    - " + kFlag, "    - --encryption-provider-config-automatic-reload=true",
                                 "    - mountPath: /etc/kubernetes/enc", "      name: encryption-config",
                                 "      readOnly: true", "  - hostPath:", "      path: /etc/kubernetes/enc",
                                 "      type: Directory", "    name: encryption-config"});
  CHECK(contains(after, "--enable-bootstrap-token-auth=true\n    - " + kFlag + "\n    - --encryption-provider-config-auto"));
  CHECK(contains(after, "automatic-reload=true\n    - --etcd-cafile"));
}

TEST_CASE("the style of the manifest is kept", "[manifest]") {
  CHECK(contains(patched(shape("quoted")), "    - '" + kFlag + "'\n"));
  CHECK(contains(patched(shape("double-quoted")), "    - {\"name\": \"certs\", \"mountPath\": \"/etc/kubernetes/pki\"}\n"
                                                  "    - \"mountPath\": \"/etc/kubernetes/enc\"\n"));
  CHECK(contains(patched(shape("args-flow")), "volumes: [{hostPath: {path: /etc/kubernetes/enc, type: Directory}, name: encryption-config}]"));
  CHECK(contains(patched(shape("json-compact")), ",\"" + kFlag + "\","));
  CHECK(contains(patched(shape("json-compact")), R"(,{"mountPath":"/etc/kubernetes/enc","name":"encryption-config","readOnly":true}])"));
  CHECK(contains(patched(shape("json-pretty")), "      {\n        \"hostPath\": {\n          \"path\": \"/etc/kubernetes/enc\",\n"));
  CHECK(contains(patched(shape("crlf")), "    - " + kFlag + "\r\n"));
  CHECK_FALSE(patched(shape("no-final-newline")).ends_with('\n'));
  CHECK(contains(patched(shape("indented-lists")), "      - " + kFlag + "\n      - --etcd-servers"));
  CHECK(contains(patched(shape("null-lists")), "    volumeMounts:\n    - mountPath: /etc/kubernetes/enc\n"));
  CHECK(contains(patched(shape("comments")), "=true\n    - " + kFlag + "\n    # etcd\n    - --etcd-cafile"));
}

TEST_CASE("a flag is put where it is nobody's value", "[manifest]") {
  CHECK(contains(patched(shape("two-words")), "apiserver.key\n    - " + kFlag + "\n    - --allow-privileged\n"));
  CHECK(contains(patched(shape("args-only")), "--advertise-address=192.168.56.10\n    - " + kFlag + "\n"));
  CHECK(contains(patched(shape("args")), "    args:\n    - --advertise-address=192.168.56.10\n    - " + kFlag + "\n"));
  CHECK(contains(patched(shape("go-runner")), "--advertise-address=192.168.56.10\n    - " + kFlag));
}

TEST_CASE("what is there is used", "[manifest]") {
  CHECK(added_lines(shape("half-flag"), patched(shape("half-flag"))).size() == 7);
  CHECK(added_lines(shape("half-volume"), patched(shape("half-volume"))) ==
        std::vector<std::string>{"    - " + kFlag, "    - mountPath: /etc/kubernetes/enc", "      name: enc",
                                 "      readOnly: true"});
  CHECK(added_lines(shape("all-of-etc"), patched(shape("all-of-etc"))) == std::vector<std::string>{"    - " + kFlag});
  CHECK(patched(shape("complete")) == shape("complete"));
  CHECK(added_lines(shape("complete"), patched(shape("complete"), {.reload = true})) ==
        std::vector<std::string>{"    - --encryption-provider-config-automatic-reload=true"});
  CHECK(contains(patched(shape("name-taken")), "name: encryption-config-2\n"));
  CHECK(contains(patched(shape("empty-flag")), "    - " + kFlag + "\n"));
  CHECK(contains(patched(shape("reload-off"), {.reload = true}), "automatic-reload=true\n"));
  CHECK(contains(patched(shape("reload-off")), "automatic-reload=false\n"));
}

TEST_CASE("the directory is mounted, but not one with other things in it", "[manifest]") {
  const std::string file = patched(shape("kubeadm"), {.config = "/etc/kubernetes/enc.yaml", .config_given = true});
  CHECK(contains(file, "    - mountPath: /etc/kubernetes/enc.yaml\n"));
  CHECK(contains(file, "      path: /etc/kubernetes/enc.yaml\n      type: File\n"));
  CHECK(patch(shape("kubeadm"), {.config = "/etc/kubernetes/enc.yaml", .config_given = true})->single_file);
  CHECK(contains(patched(shape("kubeadm"), {.config = "/srv/k8s/enc.yaml", .config_given = true, .manifest_directory = "/srv/k8s/m"}),
                 "type: File"));
  CHECK(contains(patched(shape("kubeadm"), {.config = "/srv/k8s/enc.yaml", .config_given = true}), "type: Directory"));
  const std::string elsewhere = patched(shape("kubeadm"), {.config = "/srv/k8s/a b.yaml", .config_given = true, .mount_path = "/enc"});
  CHECK(contains(elsewhere, "- \"--encryption-provider-config=/enc/a b.yaml\"\n"));
  CHECK(contains(elsewhere, "- mountPath: /enc\n"));
  CHECK(contains(elsewhere, "path: /srv/k8s\n"));
}

TEST_CASE("what cannot be changed for sure is explained, with the line and what to do by hand", "[manifest]") {
  REQUIRE(shapes("unsafe-").size() >= 12);
  for (const std::string& name : shapes("unsafe-")) {
    INFO(name << ": " << why_not(name));
    CHECK(contains(why_not(name), "line"));
  }
  CHECK(why_not("unsafe-shell") ==
        "line 12: /bin/sh runs a script in which the flags are. Do it by hand: "
        "--encryption-provider-config=/etc/kubernetes/enc/enc.yaml for kube-apiserver, a volume with the hostPath "
        "/etc/kubernetes/enc, and a volumeMount of it at /etc/kubernetes/enc");
  CHECK(contains(why_not("unsafe-shared-args"), "line 34: there is an anchor or an alias"));
  CHECK(contains(why_not("unsafe-shared-mounts"), "there is an anchor or an alias"));
  CHECK(contains(why_not("unsafe-merge"), "a merge (<<)"));
  CHECK(contains(why_not("unsafe-twice"), "\"volumes\" is there already, in line 67"));
  CHECK(contains(why_not("unsafe-two-servers"), "several containers may be the API server"));
  CHECK(contains(why_not("unsafe-wrapper"), "runs /start"));
  CHECK(contains(why_not("unsafe-terminator"), "no flag can follow \"--\""));
  CHECK(contains(why_not("unsafe-two-flags"), "with another value, in line 21"));
  CHECK(contains(why_not("unsafe-variable"), "only the kubelet knows"));
  CHECK(contains(why_not("unsafe-former-flag"), "rename it"));
  CHECK(contains(why_not("unsafe-lacks-volume"), "no volume \"ca-certs\""));
}

TEST_CASE("what is no manifest of an API server is told as such", "[manifest]") {
  CHECK(contains(why_not("other-list"), "line 2: the kubelet starts no Pods from a List"));
  CHECK(why_not("other-deployment") == "line 2: a Deployment is no static Pod");
  CHECK(contains(why_not("other-second-document"), "the first document is a ConfigMap, and the kubelet reads no other"));
  CHECK(why_not("other-empty") == "there is no Pod in it");
  CHECK(contains(why_not("other-scheduler"), "no container of the Pod runs kube-apiserver"));
  CHECK(contains(patched("a: b: c"), "not readable as YAML: line 1"));
  CHECK(contains(patched("- 1"), "line 1: this is no Kubernetes object"));
  CHECK(contains(patched("a: 1"), "an object without a kind"));
}

TEST_CASE("another file than the one in use is the user's to decide", "[manifest]") {
  CHECK(why_not("half-flag", {.config = "/other.yaml", .config_given = true}).find("leave out --config") == std::string::npos);
  CHECK(contains(why_not("complete", {.config = "/other.yaml", .config_given = true}),
                 "the API server reads /etc/kubernetes/enc/enc.yaml already"));
  CHECK(contains(why_not("complete", {.mount_path = "/x"}), "not in /x: leave out --mount-path"));
  CHECK(contains(why_not("kubeadm", {.mount_path = "/etc/kubernetes/pki"}), "choose another --mount-path"));

  std::string older = shape("kubeadm");
  older.replace(older.find("v1.34.1"), 7, "v1.25.3");
  CHECK(contains(patched(older, {.reload = true}), "Kubernetes 1.25 has no --encryption-provider-config-automatic-reload"));
  CHECK_FALSE(contains(patched(older), "error"));
}

TEST_CASE("check says what is there and what is missing", "[manifest]") {
  const auto missing = check(shape("kubeadm"));
  REQUIRE(missing);
  CHECK_FALSE(missing->complete);
  CHECK(missing->findings.front().state == "missing");
  const auto half = check(shape("half-flag"));
  REQUIRE(half);
  CHECK_FALSE(half->complete);
  CHECK(half->findings.front().line == 21);
  CHECK(half->findings.back().item == "mount");
  CHECK(half->findings.back().state == "missing");
  const auto complete = check(shape("complete"));
  REQUIRE(complete);
  CHECK(complete->complete);
  CHECK(complete->container_path == "/etc/enc/enc.yaml");
  CHECK(complete->host_path == "/etc/kubernetes/enc/enc.yaml");
  const auto file = patch(shape("kubeadm"), {.config = "/etc/kubernetes/enc.yaml", .config_given = true, .reload = true});
  REQUIRE(file);
  CHECK(check(file->text.view())->warnings.size() == 1);
  CHECK_FALSE(check("a: 1"));
}
