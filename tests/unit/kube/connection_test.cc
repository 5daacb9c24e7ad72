#include "kube/connection.h"

#include <catch2/catch.hpp>

#include "fakes/temp_dir.h"

namespace kencrypt::kube {
namespace {

constexpr std::string_view kCertificate =
    "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n";

// A directory with a kubeconfig and a pod's files; the machine's own are out of sight.
struct Place {
  fakes::TempDir dir;
  Variables variables;
  ServiceAccountFiles pod{dir.path() / "token", dir.path() / "ca.crt", dir.path() / "namespace"};

  explicit Place(std::string_view kubeconfig = "") {
    dir.write("roots.pem", kCertificate);
    variables = variables.with("SSL_CERT_FILE", (dir.path() / "roots.pem").string())
                    .with("SSL_CERT_DIR", "/nonexistent");
    if (!kubeconfig.empty())
      variables = variables.with("KUBECONFIG", dir.write("config", kubeconfig));
  }
  void set(std::string_view name, std::string_view value) {
    variables = variables.with(name, value);
  }
  void enter_pod() {
    dir.write("token", "pod-token\n");
    dir.write("ca.crt", std::string("# the cluster's\n") + std::string(kCertificate));
    set("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    set("KUBERNETES_SERVICE_PORT", "443");
  }
  ClientConfig resolve(const ConnectionFlags& flags = {}) const {
    const auto config = resolve_connection(flags, variables, pod);
    INFO((config ? "" : config.error().message));
    REQUIRE(config);
    return *config;
  }
  std::string error(const ConnectionFlags& flags = {}) const {
    const auto config = resolve_connection(flags, variables, pod);
    return config ? "none" : config.error().message;
  }
};

std::string kubeconfig(std::string_view cluster, std::string_view context = "") {
  return "current-context: ctx\n"
         "contexts: [{name: ctx, context: {cluster: c, user: u" +
         std::string(context) +
         "}}]\n"
         "clusters: [{name: c, cluster: {" +
         std::string(cluster) +
         "}}]\n"
         "users: [{name: u, user: {token: t}}]\n";
}

TEST_CASE("a kubeconfig becomes a connection", "[connection]") {
  const Place place(
      kubeconfig("server: 'https://api:6443/prefix/', tls-server-name: name, "
                 "disable-compression: true, proxy-url: 'http://p'",
                 ", namespace: team"));
  const ClientConfig config = place.resolve();
  CHECK(display_url(config.endpoint) == "https://api:6443/prefix");
  CHECK(config.endpoint.tls_server_name == "name");
  CHECK_FALSE(config.endpoint.compression);
  CHECK(config.endpoint.proxy == "http://p");
  CHECK(config.endpoint.trust == http::Trust::given_roots);
  CHECK(config.name_space == "team");
  CHECK(config.context_name == "ctx");
  CHECK(config.cluster_name == "c");
  CHECK(config.user_name == "u");
  CHECK(config.user.token.view() == "t");
  CHECK(config.request_timeout == Duration::zero());
  CHECK(config.exec_cluster.server == "https://api:6443/prefix/");
  CHECK(config.exec_cluster.proxy_url == "http://p");
}

TEST_CASE("a kubeconfig's CA is the only anchor", "[connection]") {
  Place place(kubeconfig("server: 'https://api', certificate-authority: my-ca.pem"));
  place.dir.write("my-ca.pem",
                  "-----BEGIN CERTIFICATE-----\nTUlORQ==\n-----END CERTIFICATE-----\n");
  const ClientConfig config = place.resolve();
  CHECK(config.endpoint.roots.find("TUlORQ==") != std::string::npos);
  CHECK(config.endpoint.roots.find("\nQQ==") == std::string::npos);
  CHECK(config.exec_cluster.certificate_authority_data == config.endpoint.roots);
  place.dir.write("my-ca.pem", "no certificate");
  CHECK(place.error() ==
        "unable to load root certificates: " + (place.dir.path() / "my-ca.pem").string() +
            " holds no PEM certificate");
}

TEST_CASE("without a CA the system's certificates count, and are not told to plugins",
          "[connection]") {
  Place place(kubeconfig("server: 'https://api'"));
  CHECK(place.resolve().endpoint.roots == kCertificate);
  CHECK(place.resolve().exec_cluster.certificate_authority_data == "");
  place.set("SSL_CERT_FILE", "/nonexistent/roots.pem");
  CHECK(place.error().find("SSL_CERT_FILE") != std::string::npos);
}

TEST_CASE("insecure-skip-tls-verify and http need no certificates", "[connection]") {
  Place insecure(kubeconfig("server: 'https://api', insecure-skip-tls-verify: true"));
  insecure.set("SSL_CERT_FILE", "/nonexistent");
  CHECK(insecure.resolve().endpoint.trust == http::Trust::nobody_checks);
  CHECK(insecure.resolve().endpoint.roots == "");
  Place plain(kubeconfig("server: 'http://api', tls-server-name: x"));
  plain.set("SSL_CERT_FILE", "/nonexistent");
  CHECK(plain.resolve().endpoint.roots == "");
  CHECK(plain.resolve().endpoint.tls_server_name == "");
}

TEST_CASE("the environment's proxy counts where the kubeconfig has none", "[connection]") {
  Place place(kubeconfig("server: 'https://api'"));
  place.set("HTTPS_PROXY", "http://env");
  CHECK(place.resolve().endpoint.proxy == "http://env");
  CHECK(place.resolve().exec_cluster.proxy_url == "");
  place.set("NO_PROXY", "api");
  CHECK(place.resolve().endpoint.proxy == "");
}

TEST_CASE("request timeouts", "[connection]") {
  const Place place(kubeconfig("server: 'https://api'"));
  ConnectionFlags flags;
  flags.request_timeout = "30";
  CHECK(place.resolve(flags).request_timeout == std::chrono::seconds(30));
  flags.request_timeout = "1m30s";
  CHECK(place.resolve(flags).request_timeout == std::chrono::seconds(90));
  flags.request_timeout = "soon";
  CHECK(place.error(flags).starts_with("Invalid timeout value. Timeout must be a single integer"));
}

TEST_CASE("the namespace is the flag's, the context's, or default", "[connection]") {
  const Place place(kubeconfig("server: 'https://api'"));
  CHECK(place.resolve().name_space == "default");
  ConnectionFlags flags;
  flags.name_space = "flag";
  CHECK(place.resolve(flags).name_space == "flag");
}

TEST_CASE("no configuration at all says what is missing", "[connection]") {
  const Place nothing;
  CHECK(
      nothing.error().starts_with("Missing or incomplete configuration info: no API server is "
                                  "configured (KUBECONFIG and HOME are not set)."));
  Place no_file;
  no_file.set("HOME", "/nonexistent");
  CHECK(no_file.error().find("(not found: /nonexistent/.kube/config)") != std::string::npos);
  const Place no_context("clusters: [{name: c, cluster: {server: 'https://x'}}]");
  CHECK(no_context.error().find("(no current-context in " +
                                (no_context.dir.path() / "config").string()) != std::string::npos);
  const Place no_cluster("current-context: a\ncontexts: [{name: a, context: {cluster: gone}}]");
  CHECK(no_cluster.error().find("(context \"a\" has no cluster with a server") !=
        std::string::npos);
}

TEST_CASE("flags alone can be enough", "[connection]") {
  const Place place;
  ConnectionFlags flags;
  flags.server = "localhost:8080";
  CHECK(display_url(place.resolve(flags).endpoint) == "http://localhost:8080");
}

TEST_CASE("KUBERNETES_MASTER is the last resort", "[connection]") {
  Place place;
  place.set("KUBERNETES_MASTER", "https://master:6443");
  CHECK(display_url(place.resolve().endpoint) == "https://master:6443");
  place.enter_pod();
  CHECK(display_url(place.resolve().endpoint) == "https://10.96.0.1:443");
}

TEST_CASE("a pod uses its own API server", "[connection]") {
  Place place;
  place.enter_pod();
  const ClientConfig config = place.resolve();
  CHECK(display_url(config.endpoint) == "https://10.96.0.1:443");
  CHECK(config.endpoint.roots == kCertificate);
  CHECK(config.user.token_file == place.pod.token.string());
  CHECK(config.name_space == "default");
  CHECK(config.context_name == "");
}

TEST_CASE("a pod over IPv6, and without a ca.crt", "[connection]") {
  Place place;
  place.enter_pod();
  place.set("KUBERNETES_SERVICE_HOST", "fd00::1");
  CHECK(display_url(place.resolve().endpoint) == "https://[fd00::1]:443");
  std::filesystem::remove(place.pod.certificates);
  CHECK(place.resolve().endpoint.roots == kCertificate);  // the system's
}

TEST_CASE("what makes a pod", "[connection]") {
  Place place;
  place.enter_pod();
  CHECK(is_in_cluster(place.variables, place.pod));
  CHECK_FALSE(is_in_cluster(place.variables.with("KUBERNETES_SERVICE_HOST", ""), place.pod));
  CHECK_FALSE(is_in_cluster(place.variables.with("KUBERNETES_SERVICE_PORT", ""), place.pod));
  std::filesystem::remove(place.pod.token);
  CHECK_FALSE(is_in_cluster(place.variables, place.pod));
  std::filesystem::create_directory(place.pod.token);
  CHECK_FALSE(is_in_cluster(place.variables, place.pod));
}

TEST_CASE("in a pod, a kubeconfig's or a flag's server wins", "[connection]") {
  Place place(kubeconfig("server: 'https://api'"));
  place.enter_pod();
  CHECK(display_url(place.resolve().endpoint) == "https://api:443");
  Place bare;
  bare.enter_pod();
  ConnectionFlags flags;
  flags.server = "https://flag";
  CHECK(display_url(bare.resolve(flags).endpoint) == "https://flag:443");
  CHECK(bare.resolve(flags).user.token_file == "");  // the pod's token is for the pod's server
}

TEST_CASE("in a pod, flags about token and CA count", "[connection]") {
  Place place;
  place.enter_pod();
  ConnectionFlags flags;
  flags.token = SecretBytes("flag-token");
  flags.as = "alice";
  flags.certificate_authority = place.dir.write(
      "flag.pem", "-----BEGIN CERTIFICATE-----\nRkxBRw==\n-----END CERTIFICATE-----\n");
  const ClientConfig config = place.resolve(flags);
  CHECK(config.user.token.view() == "flag-token");
  CHECK(config.user.token_file == "");
  CHECK(config.user.impersonate.user == "alice");
  CHECK(config.endpoint.roots.find("RkxBRw==") != std::string::npos);
}

TEST_CASE("the namespace in a pod", "[connection]") {
  Place place;
  place.enter_pod();
  place.dir.write("namespace", "from-file\n");
  CHECK(place.resolve().name_space == "from-file");
  place.set("POD_NAMESPACE", "from-variable");
  CHECK(place.resolve().name_space == "from-variable");
  ConnectionFlags flags;
  flags.name_space = "flag";
  CHECK(place.resolve(flags).name_space == "flag");
  // Also with a kubeconfig, as long as its context names none.
  Place with_config(kubeconfig("server: 'https://api'"));
  with_config.enter_pod();
  with_config.set("POD_NAMESPACE", "from-variable");
  CHECK(with_config.resolve().name_space == "from-variable");
}

}  // namespace
}  // namespace kencrypt::kube
