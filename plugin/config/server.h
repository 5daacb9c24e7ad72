// How the API server runs that a file is checked for.
#pragma once

namespace kencrypt::config {

struct Server {
  // 1.37; the rules are the same from 1.31 on.
  static constexpr int kNewestMinor = 37;
  // Before it the checks of providers were others.
  static constexpr int kOldestMinor = 27;

  int minor = kNewestMinor;  // of Kubernetes 1
  bool kms_v1_gate = false;  // --feature-gates=KMSv1=true
  bool reloads = false;      // --encryption-provider-config-automatic-reload

  // Unknown and repeated fields are errors (encryptionconfig/config.go: serializer.EnableStrict).
  bool strict() const { return minor >= 31; }
  // The gate's default is off from 1.29 on (pkg/features/kube_features.go).
  bool kms_v1() const { return kms_v1_gate || minor < 29; }
};

}  // namespace kencrypt::config
