// The whole program in memory: arguments in, exit code and texts out, with a fake cluster where the
// network would be and a kubeconfig that leads to it.
#pragma once

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "commands/app.h"
#include "commands/environment.h"
#include "fakes/borrowed_transport.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_cluster.h"
#include "fakes/fake_interrupts.h"
#include "fakes/temp_dir.h"

namespace kencrypt::fakes {

class CommandWorld {
 public:
  CommandWorld() {
    std::ofstream(kubeconfig()) << "apiVersion: v1\nkind: Config\ncurrent-context: test\n"
                                   "clusters: [{name: c, cluster: {server: 'http://fake.test:8080'}}]\n"
                                   "users: [{name: someone, user: {}}]\n"
                                   "contexts: [{name: test, context: {cluster: c, user: someone, "
                                   "namespace: home}}]\n";
    cluster.documents["/api/v1/namespaces/kube-system"] = {
        200, R"({"metadata":{"name":"kube-system","uid":"cluster-1","resourceVersion":"1"}})"};
  }
  std::string kubeconfig() const { return (directory.path() / "config").string(); }

  // Runs `kubectl encrypt WORDS...`.
  int run(std::vector<std::string> words, const std::string& input = "") {
    out.str("");
    err.str("");
    std::istringstream in(input);
    commands::Environment environment{
        .program = program,
        .arguments = std::move(words),
        .variables = variables(),
        .in = in,
        .out = out,
        .err = err,
        .terminals = terminals,
        .clock = clock,
        .connect = [this](http::Endpoint, http::CurlOptions)
            -> Result<std::unique_ptr<http::Transport>> {
          return std::make_unique<BorrowedTransport>(cluster);
        },
        .watch_interrupts = [] { return std::make_unique<FakeInterrupts>(); },
    };
    return commands::run(environment);
  }

  Variables variables() const {
    std::vector<std::string> all = {"KUBECONFIG=" + kubeconfig(), "HOME=" + directory.path().string()};
    all.insert(all.end(), more_variables.begin(), more_variables.end());
    return Variables(std::move(all));
  }

  TempDir directory;
  FakeClock clock;
  FakeCluster cluster{clock, 1};
  commands::Terminals terminals;
  std::vector<std::string> more_variables;  // "NAME=value"
  std::string program = "kubectl encrypt";
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace kencrypt::fakes
