#include "commands/complete_request.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "cli/global_flags.h"
#include "commands/command.h"
#include "fakes/command_world.h"
#include "fakes/discovery_documents.h"

namespace kencrypt {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kSecret = "canary-4711-value";

std::string list_of(const Words& names) {
  std::string items;
  for (const std::string& name : names)
    items += fmt::format(R"({}{{"metadata":{{"name":"{}","resourceVersion":"1"}}}})",
                         items.empty() ? "" : ",", name);
  return fmt::format(
      R"({{"kind":"PartialObjectMetadataList","metadata":{{"resourceVersion":"9"}},"items":[{}]}})",
      items);
}

struct World : fakes::CommandWorld {
  World() {
    cluster.documents["/api"].body = fakes::kAggregatedApi;
    cluster.documents["/apis"].body = fakes::kAggregatedApis;
    cluster.documents["/api/v1/namespaces"].body = list_of({"default", "home", "kube-system"});
    cluster.documents["/api/v1/namespaces/home/configmaps"].body =
        list_of({"settings", "kube-root-ca.crt"});
    cluster.add({"home", "db"}, std::string(kSecret));
    cluster.add({"home", "db-old"}, std::string(kSecret));
    cluster.add({"other", "elsewhere"}, std::string(kSecret));
    cluster.keep_targets = true;
  }
  // What is printed, without descriptions, the lines joined by blanks.
  std::string complete(Words words) {
    words.insert(words.begin(), std::string(commands::kCompleteBare));
    CHECK(run(std::move(words)) == 0);
    CHECK(err.str().empty());
    std::string text = out.str();
    CHECK(text.find(kSecret) == std::string::npos);
    std::replace(text.begin(), text.end(), '\n', ' ');
    text.pop_back();
    return text;
  }
};

// Every word of `wanted`, in this order or another.
bool has(const std::string& text, const Words& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    return (" " + text + " ").find(" " + word + " ") != std::string::npos;
  });
}

TEST_CASE("commands and flags come from the tables", "[complete]") {
  World world;
  CHECK(world.complete({}) == "status rewrite config manifest backup enable rotate disable wait doctor version completion help options :4");
  CHECK(world.complete({"st"}) == "status :4");
  CHECK(world.complete({"help", "re"}) == "rewrite :4");
  CHECK(world.complete({"completion", "f"}) == "fish :4");
  CHECK(world.complete({"status", "--fail"}) == "--fail-on :4");
  CHECK(world.complete({"rewrite", "--dry"}) ==
        "--dry-run=none --dry-run=client --dry-run=server :4");
  CHECK(world.complete({"rewrite", "--dry-run="}) == "none client server :4");
  CHECK(world.complete({"rewrite", "--backend", "st"}) == "storage-version-migration :4");
  CHECK(world.complete({"rewrite", "--strategy", ""}) == "replace patch :4");
  CHECK(world.complete({"rewrite", "--skip-checks", "servers,k"}) == "servers,kms :4");
  CHECK(world.complete({"status", "--find", ""}) == "stale plaintext unknown :4");
  CHECK(world.complete({"status", "--fail-on=stale,"}) == "stale,plaintext stale,unknown :4");
  CHECK(world.complete({"status", "-o", ""}) == "json yaml wide name html prometheus custom-columns custom-columns-file jsonpath jsonpath-as-json jsonpath-file :4");
  CHECK(world.complete({"version", "-o", "y"}) == "yaml :4");
  CHECK(world.complete({"status", "--config", "x"}) == ":0");
  CHECK(world.complete({"status", "--wal", "x"}) == ":16");
  CHECK(world.complete({"rewrite", "-f", "x"}) == ":0");
  CHECK(world.complete({"rewrite", "--report", ""}) == "json md :8");
  CHECK(world.complete({"completion", "install", "--dir", ""}) == ":16");
  CHECK(world.cluster.targets.empty());  // nobody had to be asked
  CHECK(world.run({"__complete", "sta"}) == 0);
  CHECK(world.out.str().starts_with("status\tShow under which"));
}

// The error of a command that is run with this flag, "" if there is none.
std::string error_with(const commands::Command& command, const cli::Flag& flag,
                       const std::string& value) {
  World world;
  Words line;
  for (const std::string_view word : split(command.name, ' ')) line.emplace_back(word);
  for (const char* other : {"dry-run=client", "find=stale"}) {
    const std::string_view name =
        std::string_view(other).substr(0, std::string_view(other).find('='));
    if (cli::find_long(command.flags, name) != nullptr) line.push_back(std::string("--") + other);
  }
  if (command.arguments.means == cli::Means::file) line.push_back("/dev/null/none");
  line.push_back(fmt::format("--{}={}", flag.name, value));
  return world.run(line) == 0 ? "" : world.err.str();
}

// All words that may stand together.
std::string together(const cli::ValueShape& shape) {
  std::string joined;
  for (const cli::Choice& one : shape.words)
    if (!one.alone) joined += (joined.empty() ? "" : ",") + one.word;
  return joined;
}

TEST_CASE("the words of every flag are those that its command takes", "[complete]") {
  constexpr std::string_view kNonsense = "nonsense";
  for (const commands::Command& command : commands::runnable_commands()) {
    for (const cli::Flag& flag : command.flags) {
      if (flag.value.means != cli::Means::words) continue;
      CAPTURE(command.name, flag.name);
      const std::string refusal = error_with(command, flag, std::string(kNonsense));
      if (command.name == "version") {  // kubectl's words there are fixed
        CHECK(refusal.find("'yaml' or 'json'") != std::string::npos);
        continue;
      }
      const auto quoted = refusal.find(kNonsense);
      REQUIRE(quoted != std::string::npos);
      Words values;
      if (flag.value.several) values.push_back(together(flag.value));
      for (const cli::Choice& choice : flag.value.words) {
        CAPTURE(choice.word);
        CHECK(refusal.find(choice.word) != std::string::npos);
        values.push_back(choice.word);
      }
      for (const std::string& value : values) {
        std::string refused = refusal;
        CAPTURE(value);
        CHECK(error_with(command, flag, value) != refused.replace(quoted, kNonsense.size(), value));
      }
    }
  }
}

TEST_CASE("a flag that takes a file completes files", "[complete]") {
  for (const commands::Command& command : commands::runnable_commands())
    for (const cli::Flag& flag : cli::merge(command.flags, cli::global_flags())) {
      if (flag.kind != cli::FlagKind::text) continue;
      const bool speaks_of_files = flag.help.find("this file") != std::string::npos ||
                                   flag.help.starts_with("File ") ||
                                   flag.help.starts_with("Path to") ||
                                   flag.help.find("configuration file") != std::string::npos;
      CAPTURE(command.name, flag.name, flag.help);
      if (speaks_of_files) CHECK(flag.value.means == cli::Means::file);
    }
}

TEST_CASE("contexts, clusters and users are those of the kubeconfig", "[complete]") {
  World world;
  CHECK(world.complete({"status", "--context", ""}) == "test :4");
  CHECK(world.complete({"--cluster", ""}) == "c :4");
  CHECK(world.complete({"status", "--user=s"}) == "someone :4");
  const std::string other =
      world.directory.write("other",
                            "{apiVersion: v1, kind: Config, contexts: [{name: 'a b', context: {}}, "
                            "{name: x, context: {}}]}");
  CHECK(world.complete({"status", "--kubeconfig", other, "--context", ""}) == "a b x :4");
  CHECK(world.complete({"status", "--kubeconfig", "/nonexistent", "--context", ""}) == ":4");
  CHECK(world.complete({"status", "--kubeconfig", world.directory.write("bad", "{{{"), "--context",
                        ""}) == ":4");
  CHECK(world.cluster.targets.empty());
  CHECK(world.run({"__complete", "--context", ""}) == 0);
  CHECK(world.out.str() == "test\tthe current context\n:4\n");
}

TEST_CASE("a pipe is not emptied for a completion", "[complete]") {
  World world;
  const std::string pipe = (world.directory.path() / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);  // whoever opened it would wait for ever
  CHECK(world.complete({"status", "--kubeconfig", pipe, "--context", ""}) == ":4");
  CHECK(world.complete({"status", "--kubeconfig", pipe, "-n", ""}) == ":4");
  CHECK(world.complete({"status", "--config", pipe, "--safe-to-remove", ""}) == ":4");
}

TEST_CASE("namespaces, types and names come from the server", "[complete]") {
  World world;
  CHECK(world.complete({"status", "-n", ""}) == "default home kube-system :4");
  CHECK(world.complete({"-n", "ku"}) == "kube-system :4");
  CHECK(world.complete({"status", "-nku"}) == "-nkube-system :4");
  CHECK(world.cluster.targets.size() == 3);
  CHECK(world.complete({"status", "conf"}) == "configmaps :4");
  CHECK(world.complete({"rewrite", "secrets,conf"}) == "secrets,configmaps :4");
  CHECK(
      has(world.complete({"rewrite", ""}), {"secrets", "deployments.apps", "widgets.example.com"}));
  CHECK(world.complete({"rewrite", "bind"}) == ":4");  // can only be created
  CHECK(world.complete({"rewrite", "secret/"}) == "secret/db secret/db-old :4");
  CHECK(world.complete({"rewrite", "secrets", "db"}) == "db db-old :4");
  CHECK(world.complete({"rewrite", "secrets", "db", ""}) == "db-old :4");
  CHECK(world.complete({"rewrite", "cm/"}) == "cm/settings cm/kube-root-ca.crt :4");
  CHECK(world.complete({"rewrite", "-n", "other", "secret/"}) == "secret/elsewhere :4");
  CHECK(world.complete({"rewrite", "-A", "secret/"}) == ":4");  // names are of one namespace
  CHECK(world.complete({"rewrite", "nothing/"}) == ":4");
  CHECK(world.complete({"rewrite", "secrets", "configmaps", "dep"}) == "deployments.apps :4");
  CHECK(world.complete({"rewrite", "--all-resources", ""}) == ":4");
  CHECK(world.complete({"rewrite", "-f", "x", ""}) == ":4");
}

TEST_CASE("past the API server the types are the built-in ones", "[complete]") {
  World world;
  CHECK(world.complete({"status", "--snapshot", "x", "secr"}) == "secrets :4");
  CHECK(world.complete({"status", "--etcd-endpoints=x", "deploy"}) == "deployments.apps :4");
  CHECK(world.cluster.targets.empty());
}

TEST_CASE("keys are those of the file that is named", "[complete]") {
  World world;
  const std::string config = world.directory.write("enc.yaml", fmt::format(R"(
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aescbc: {{keys: [{{name: key2, secret: {0}}}, {{name: key1, secret: {0}}}]}}
  - kms: {{apiVersion: v2, name: vault, endpoint: "unix:///x"}}
  - identity: {{}}
- resources: [configmaps]
  providers:
  - aescbc: {{keys: [{{name: key2, secret: {0}}}]}}
)",
                                                                           kSecret));
  CHECK(world.complete({"status", "--config", config, "--safe-to-remove", ""}) ==
        "aescbc/key2 aescbc/key1 kmsv2/vault identity :4");
  CHECK(world.complete({"status", "--config", config, "--safe-to-remove", "aescbc/key1"}) ==
        "aescbc/key1 :4");
  CHECK(world.complete({"status", "--safe-to-remove", ""}) == ":4");
  CHECK(world.complete({"status", "--config", "/nonexistent", "--safe-to-remove", ""}) == ":4");
}

TEST_CASE("what a server cannot have sent is not shown to a shell", "[complete]") {
  World world;
  world.cluster.documents["/api/v1/namespaces"].body =
      list_of({"good", "$(reboot)", "a;b", "x y", "`id`"});
  CHECK(world.complete({"status", "-n", ""}) == "good :4");
}

TEST_CASE("a server that refuses, fails or talks nonsense is passed over in silence",
          "[complete]") {
  using fakes::Fault;
  for (const Fault fault :
       {Fault::forbidden, Fault::unauthorized, Fault::internal, Fault::garbage, Fault::throttled,
        Fault::unavailable, Fault::lost_before, Fault::foreign_404}) {
    World world;
    world.cluster.fault = [fault](const http::Request&) { return fault; };
    CHECK(world.complete({"status", "-n", ""}) == ":4");
    CHECK(world.complete({"rewrite", "secret/"}) == ":4");
    CHECK(world.complete({"rewrite", ""}) == "secrets :4");  // it is a type in any case
    CHECK(world.complete({"status", "-v=9", "-n", ""}) == ":4");
  }
}

TEST_CASE("a server that is too slow is not waited for", "[complete]") {
  World world;
  world.cluster.latency = std::chrono::seconds(5);
  const TimePoint begin = world.clock.now();
  CHECK(world.complete({"status", "-n", ""}) == ":4");
  CHECK(world.clock.now() - begin == commands::kCompletionTime);
  // Several requests together have no more.
  world.cluster.latency = std::chrono::milliseconds(80);
  const TimePoint again = world.clock.now();
  CHECK(world.complete({"rewrite", "configmap/"}) == ":4");
  CHECK(world.clock.now() - again == commands::kCompletionTime);
  CHECK(world.cluster.in_flight() == 0);
}

TEST_CASE("how long a server is waited for can be said, within limits", "[complete]") {
  World world;
  world.cluster.latency = std::chrono::milliseconds(400);
  world.more_variables = {"KUBECTL_ENCRYPT_COMPLETION_TIMEOUT=2s"};
  CHECK(world.complete({"status", "-n", "h"}) == "home :4");
  world.more_variables = {"KUBECTL_ENCRYPT_COMPLETION_TIMEOUT=soon"};
  CHECK(world.complete({"status", "-n", "h"}) == ":4");
  world.more_variables = {"KUBECTL_ENCRYPT_COMPLETION_TIMEOUT=10h"};
  world.cluster.latency = std::chrono::hours(1);
  const TimePoint begin = world.clock.now();
  CHECK(world.complete({"status", "-n", ""}) == ":4");
  CHECK(world.clock.now() - begin == commands::kMostCompletionTime);
}

}  // namespace
}  // namespace kencrypt
