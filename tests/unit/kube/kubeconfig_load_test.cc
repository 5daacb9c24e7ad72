#include "kube/kubeconfig_load.h"

#include <catch2/catch.hpp>

#include "fakes/temp_dir.h"
#include "kube/kubeconfig_yaml.h"

namespace kencrypt::kube {
namespace {

using Files = std::vector<std::string>;

std::string cluster(std::string_view name, std::string_view server, std::string_view authority) {
  return "clusters: [{name: " + std::string(name) + ", cluster: {server: " + std::string(server) +
         ", certificate-authority: " + std::string(authority) + "}}]\n";
}

TEST_CASE("which files count", "[kubeconfig_load]") {
  const Variables home({"HOME=/home/me"});
  CHECK(kubeconfig_files("", home) == Files{"/home/me/.kube/config"});
  CHECK(kubeconfig_files("/x", home.with("KUBECONFIG", "/a")) == Files{"/x"});
  CHECK(kubeconfig_files("", home.with("KUBECONFIG", "/a:/b")) == Files{"/a", "/b"});
  CHECK(kubeconfig_files("", home.with("KUBECONFIG", ":/b:/a::/b:")) == Files{"/b", "/a"});
  CHECK(kubeconfig_files("", home.with("KUBECONFIG", "")) == Files{"/home/me/.kube/config"});
  CHECK(kubeconfig_files("", Variables()) == Files{});
}

TEST_CASE("files are merged by rank, and their paths by their own place", "[kubeconfig_load]") {
  const fakes::TempDir dir;
  const std::string one = dir.write("one/config", cluster("red", "https://one", "ca.crt"));
  const std::string two =
      dir.write("two/config", "current-context: x\n" + cluster("blue", "https://two", "../ca.crt"));
  const auto loaded =
      load_kubeconfig("", Variables({"KUBECONFIG=/nonexistent/a:" + one + ":" + two}));
  REQUIRE(loaded);
  CHECK(loaded->read == Files{one, two});
  CHECK(loaded->looked == Files{"/nonexistent/a", one, two});
  CHECK(loaded->config.current_context == "x");
  CHECK(loaded->config.clusters.at("red").certificate_authority == (dir.path() / "one/ca.crt"));
  CHECK(loaded->config.clusters.at("blue").certificate_authority == (dir.path() / "ca.crt"));
}

TEST_CASE("missing files are skipped, but not one that was asked for", "[kubeconfig_load]") {
  const auto all_missing = load_kubeconfig("", Variables({"KUBECONFIG=/nonexistent/a"}));
  REQUIRE(all_missing);
  CHECK(all_missing->read.empty());
  const auto asked_for = load_kubeconfig("/nonexistent/a", Variables());
  REQUIRE_FALSE(asked_for);
  CHECK(asked_for.error().message ==
        "error loading config file \"/nonexistent/a\": open /nonexistent/a: no such file or "
        "directory");
}

TEST_CASE("one bad file spoils them all, and is named", "[kubeconfig_load]") {
  const fakes::TempDir dir;
  const std::string good = dir.write("good", cluster("red", "https://one", "ca.crt"));
  const std::string bad = dir.write("bad", "kind: Pod");
  const auto loaded = load_kubeconfig("", Variables({"KUBECONFIG=" + good + ":" + bad}));
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message ==
        "error loading config file \"" + bad + "\": line 1: kind: must be Config");
  CHECK_FALSE(
      load_kubeconfig("", Variables({"KUBECONFIG=" + dir.path().string()})));  // a directory
}

TEST_CASE("a kubeconfig has a largest size", "[kubeconfig_load]") {
  const fakes::TempDir dir;
  const std::string most = dir.write("most", std::string(kMaxKubeconfigBytes, '\n'));
  CHECK(load_kubeconfig(most, Variables()));
  const std::string more = dir.write("more", std::string(kMaxKubeconfigBytes + 1, '\n'));
  const auto loaded = load_kubeconfig(more, Variables());
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().kind == ErrorKind::too_large);
}

}  // namespace
}  // namespace kencrypt::kube
