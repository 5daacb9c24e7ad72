#include "kube/exec_plugin.h"

#include <catch2/catch.hpp>

#include "fakes/fake_clock.h"
#include "fakes/temp_dir.h"
#include "kube/json_exec_credential.h"

namespace kencrypt::kube {
namespace {

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";
constexpr std::string_view kV1Beta1 = "client.authentication.k8s.io/v1beta1";

std::string credential(std::string_view status, std::string_view version = kV1) {
  return R"({"apiVersion":")" + std::string(version) + R"(","kind":"ExecCredential","status":)" +
         std::string(status) + "}";
}

// A plugin that appends a line to "runs" and prints the file "answer".
struct Plugin {
  fakes::TempDir dir;
  ExecPluginOptions options;
  fakes::FakeClock clock;

  explicit Plugin(const std::string& answer, std::string_view version = kV1) {
    dir.write("answer", answer);
    options.config.command =
        dir.script("plugin", "cd \"$(dirname \"$0\")\"\necho run >> runs\ncat answer");
    options.config.api_version = version;
    options.config.interactive_mode = "Never";
    options.variables = Variables({"PATH=/usr/bin:/bin"});
  }
  std::size_t runs() const { return dir.read("runs").size() / 4; }
  std::string error() {
    ExecPlugin plugin(options);
    const auto ready = plugin.ensure(clock.wall());
    return ready ? "none" : ready.error().message;
  }
};

TEST_CASE("a plugin's token is used until it expires", "[exec_plugin]") {
  Plugin test(credential(R"({"token":"one","expirationTimestamp":"2019-12-20T01:00:00Z"})"));
  ExecPlugin plugin(test.options);
  CHECK(test.runs() == 0);
  const WallTime expiry = *parse_exec_credential(test.dir.read("answer"))->expiry;
  REQUIRE(plugin.ensure(expiry - std::chrono::hours(1)));
  CHECK(plugin.values().authorization.view() == "Bearer one");
  CHECK_FALSE(plugin.values().identity);
  const auto generation = plugin.values().generation;
  REQUIRE(plugin.ensure(expiry));  // no leeway
  CHECK(test.runs() == 1);
  test.dir.write("answer", credential(R"({"token":"two"})"));
  REQUIRE(plugin.ensure(expiry + std::chrono::seconds(1)));
  CHECK(test.runs() == 2);
  CHECK(plugin.values().authorization.view() == "Bearer two");
  CHECK(plugin.values().generation > generation);
  REQUIRE(plugin.ensure(expiry + std::chrono::hours(100000)));  // no expiry: for ever
  CHECK(test.runs() == 2);
}

TEST_CASE("a plugin runs again after a 401", "[exec_plugin]") {
  Plugin test(credential(R"({"token":"one"})"));
  ExecPlugin plugin(test.options);
  REQUIRE(plugin.ensure(test.clock.wall()));
  CHECK(plugin.renew(test.clock.wall()) == false);  // the same again
  CHECK(test.runs() == 2);
  test.dir.write("answer", credential(R"({"token":"two"})"));
  CHECK(plugin.renew(test.clock.wall()) == true);
  CHECK(plugin.values().authorization.view() == "Bearer two");
}

TEST_CASE("a plugin may give a certificate, alone or with a token", "[exec_plugin]") {
  Plugin test(credential(R"({"clientCertificateData":"C\n","clientKeyData":"K\n"})", kV1Beta1),
              kV1Beta1);
  ExecPlugin plugin(test.options);
  REQUIRE(plugin.ensure(test.clock.wall()));
  CHECK(plugin.values().authorization.empty());
  REQUIRE(plugin.values().identity);
  CHECK(plugin.values().identity->certificate.view() == "C\n");
  CHECK(plugin.values().identity->key.view() == "K\n");
  test.dir.write(
      "answer",
      credential(R"({"token":"t","clientCertificateData":"C2","clientKeyData":"K"})", kV1Beta1));
  CHECK(plugin.renew(test.clock.wall()) == true);
  CHECK(plugin.values().authorization.view() == "Bearer t");
  CHECK(plugin.values().identity->certificate.view() == "C2");
}

TEST_CASE("a plugin gets its arguments, variables and what it is to know", "[exec_plugin]") {
  Plugin test("");
  test.options.config.command = test.dir.script(
      "teller",
      "cd \"$(dirname \"$0\")\"\nprintf '%s|%s|%s' \"$1\" \"$PARENT\" \"$GIVEN\" > told\n"
      "printf '%s' \"$KUBERNETES_EXEC_INFO\" > info\nexit 3");
  test.options.config.arguments = {"get token"};
  test.options.config.environment = {{"GIVEN", "kubeconfig"}};
  test.options.variables = test.options.variables.with("PARENT", "p").with("GIVEN", "parent");
  CHECK(test.error() == "getting credentials: exec: executable " + test.options.config.command +
                            " failed with exit code 3");
  CHECK(test.dir.read("told") == "get token|p|kubeconfig");
  CHECK(test.dir.read("info") ==
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
        R"("spec":{"interactive":false}})");
}

TEST_CASE("the cluster is told in full", "[exec_plugin]") {
  const ExecCluster cluster{"https://x", "name", true, "PEM", "http://p", true, R"({"a":1})"};
  CHECK(exec_info_json(kV1, true, &cluster) ==
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{)"
        R"("cluster":{"server":"https://x","tls-server-name":"name",)"
        R"("insecure-skip-tls-verify":true,"certificate-authority-data":"UEVN",)"
        R"("proxy-url":"http://p","disable-compression":true,"config":{"a":1}},)"
        R"("interactive":true}})");
  const ExecCluster bare{"https://\"x", "", false, "", "", false, ""};
  CHECK(exec_info_json(kV1, false, &bare).find(R"({"server":"https://\"x","config":null})") !=
        std::string::npos);
}

TEST_CASE("the cluster is told only if the kubeconfig says so", "[exec_plugin]") {
  const fakes::TempDir dir;
  ClientConfig config;
  config.endpoint.scheme = "https";
  config.exec_cluster.server = "https://api";
  const std::string script = dir.script(
      "plugin", "printf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$(dirname \"$0\")/info\"\nexit 1");
  for (const bool told : {true, false}) {
    config.user.exec = ExecConfig{script, {}, {}, std::string(kV1), "", told, "Never"};
    const auto credentials =
        make_credentials(config, Variables({"PATH=/usr/bin:/bin"}), StandardInput::other);
    REQUIRE(credentials);
    CHECK_FALSE((*credentials)->ensure({}));
    CHECK((dir.read("info").find("https://api") != std::string::npos) == told);
  }
}

TEST_CASE("a plugin is not run where there are other credentials", "[exec_plugin]") {
  ClientConfig config;
  config.endpoint.scheme = "https";
  config.user.exec =
      ExecConfig{"/nonexistent/plugin", {}, {}, std::string(kV1), "", false, "Never"};
  CHECK_FALSE((*make_credentials(config, Variables(), StandardInput::other))->ensure({}));
  config.user.client_certificate_data = SecretBytes("C");
  config.user.client_key_data = SecretBytes("K");
  CHECK((*make_credentials(config, Variables(), StandardInput::other))->ensure({}));
}

TEST_CASE("a plugin that is not installed comes with its hint", "[exec_plugin]") {
  Plugin test("");
  test.options.config.command = "/nonexistent/login";
  test.options.config.install_hint = "Get it:\n\tbrew \x1b[1minstall\x7f \xc2\x9bx \xc3\xa9";
  CHECK(test.error() ==
        "getting credentials: exec: executable /nonexistent/login not found. It is the credential "
        "plugin that the kubeconfig asks for: install it, or choose another user."
        "\n\nGet it:\n\tbrew U+001B[1minstallU+007F U+009Bx \xc3\xa9");
}

struct Row {
  std::string answer;
  std::string_view message;
};

TEST_CASE("answers that are none, without what they say", "[exec_plugin]") {
  const Row rows[] = {
      {"hunter2", "the output is not a JSON ExecCredential"},
      {"", "the output is not a JSON ExecCredential"},
      {"[]", "the output is not a JSON ExecCredential"},
      {"{}", "the output is not a JSON ExecCredential"},
      {credential("{}") + "x", "the output is not a JSON ExecCredential"},
      {R"({"kind":"Secret","status":{"token":"hunter2"}})",
       "the output is not a JSON ExecCredential"},
      {credential("7"), "the output is not a JSON ExecCredential"},
      {credential(R"({"token":7})"), "the output is not a JSON ExecCredential"},
      {credential(R"({"token":{"hunter2":1}})"), "the output is not a JSON ExecCredential"},
      {credential(R"({"token":["hunter2"]})"), "the output is not a JSON ExecCredential"},
      {credential(R"({"token":"hunter2","expirationTimestamp":"soon"})"),
       "the output is not a JSON ExecCredential"},
      {credential("null"), "exec plugin didn't return a status field"},
      {credential("{}"), "exec plugin didn't return a token or cert/key pair"},
      {credential(R"({"clientCertificateData":"hunter2"})"),
       "exec plugin returned only certificate or key, not both"},
      {credential(R"({"token":"t","clientKeyData":"hunter2"})"),
       "exec plugin returned only certificate or key, not both"},
      {credential(R"({"token":"hunter2\n"})"),
       "the token of the exec plugin holds blanks or other characters that no token has"},
      {credential(R"({"token":"hunter2"})", kV1Beta1),
       "exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin "
       "returned "
       "version client.authentication.k8s.io/v1beta1"}};
  for (const Row& row : rows) {
    INFO(row.answer);
    Plugin test(row.answer);
    const std::string message = test.error();
    CHECK(message.ends_with(row.message));
    CHECK(message.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("fields of other places are not mistaken for ours", "[exec_plugin]") {
  const auto parsed = parse_exec_credential(
      R"({"kind":"ExecCredential","apiVersion":"v","spec":{"token":1,"status":{"token":"no"}},)"
      R"("status":{"other":{"token":"no"},"list":[{"token":2}],"token":"yes","clientKeyData":null},)"
      R"("more":{"token":"no"}})");
  REQUIRE(parsed);
  CHECK(parsed->token.view() == "yes");
  CHECK(parsed->has_status);
  CHECK(parsed->client_key.empty());
}

TEST_CASE("versions that are not spoken", "[exec_plugin]") {
  Plugin test("", "client.authentication.k8s.io/v1alpha1");
  CHECK(
      test.error().starts_with("getting credentials: exec plugin: invalid apiVersion "
                               "\"client.authentication.k8s.io/v1alpha1\""));
  CHECK(test.runs() == 0);
}

TEST_CASE("interactive mode", "[exec_plugin]") {
  struct Mode {
    std::string mode;
    StandardInput input;
    std::string_view told;  // "" : an error instead
  };
  const Mode modes[] = {{"Never", StandardInput::terminal, "false"},
                        {"IfAvailable", StandardInput::terminal, "true"},
                        {"IfAvailable", StandardInput::other, "false"},
                        {"Always", StandardInput::terminal, "true"},
                        {"Always", StandardInput::other, ""}};
  for (const Mode& row : modes) {
    INFO(row.mode);
    Plugin test("");
    test.options.config.command = test.dir.script(
        "teller", "printf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$(dirname \"$0\")/info\"\nexit 1");
    test.options.config.interactive_mode = row.mode;
    test.options.run.standard_input = row.input;
    const std::string error = test.error();
    const std::string info = test.dir.read("info");
    if (row.told.empty())
      CHECK(error.find("standard input is not a terminal") != std::string::npos);
    else
      CHECK(info.find("\"interactive\":" + std::string(row.told)) != std::string::npos);
    CHECK(info.empty() == row.told.empty());
  }
}

TEST_CASE("a plugin that never stops writing is stopped", "[exec_plugin]") {
  Plugin test("");
  test.options.config.command =
      test.dir.script("loud", "while :; do echo hunter2hunter2hunter2; done");
  const std::string error = test.error();
  CHECK(error.find("wrote more than 1048576 bytes") != std::string::npos);
  CHECK(error.find("hunter2") == std::string::npos);
}

TEST_CASE("a plugin that nobody waits for is killed in time, in silence", "[exec_plugin]") {
  Plugin test(credential(R"({"token":"one"})"));
  test.options.run.time_left = [] { return std::chrono::minutes(1); };
  CHECK(test.error() == "none");
  test.options.config.command = test.dir.script("slow", "echo noise >&2; while :; do :; done");
  test.options.run.time_left = [] { return std::chrono::milliseconds(100); };
  CHECK(test.error() == "getting credentials: executable " + test.options.config.command + " took too long");
  test.options.run.time_left = [] { return std::chrono::milliseconds(-5); };
  CHECK(test.error() == "getting credentials: executable " + test.options.config.command + " took too long");
}

}  // namespace
}  // namespace kencrypt::kube
