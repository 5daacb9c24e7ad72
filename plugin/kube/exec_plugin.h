// Credentials from a program that the kubeconfig names
// (k8s.io/client-go plugin/pkg/client/auth/exec/exec.go).
#pragma once

#include <optional>

#include "kube/credentials.h"

namespace kencrypt::kube {

struct ExecPluginOptions {
  ExecConfig config;
  std::optional<ExecCluster> cluster;  // only with provideClusterInfo
  Variables variables;  // the program's environment, before the kubeconfig's additions
  PluginRun run = StandardInput::other;
};

// Runs the program when its values are first needed, when they have expired, and after a 401;
// nothing is kept on disk. The program's standard error is ours; its standard output is never
// shown.
class ExecPlugin final : public Credentials {
 public:
  explicit ExecPlugin(ExecPluginOptions options) : options_(std::move(options)) {}

  // Errors: io (not installed: with the kubeconfig's installHint; exit code), config (apiVersion,
  // interactiveMode), protocol (an answer that is none).
  Result<void> ensure(WallTime now) override;
  Result<bool> renew(WallTime now) override;
  const CredentialValues& values() const override { return values_; }

 private:
  Result<void> run();

  ExecPluginOptions options_;
  CredentialValues values_;
  bool has_run_ = false;
  std::optional<WallTime> expiry_;
};

}  // namespace kencrypt::kube
