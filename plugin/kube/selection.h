// Which context, cluster and user of a kubeconfig count, with the flags laid over them. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "kube/connection_flags.h"
#include "kube/kubeconfig.h"

namespace kencrypt::kube {

struct Selected {
  std::string context_name;
  std::string cluster_name;
  std::string user_name;
  bool context_missing = false;  // current-context or a flag names one that is not there
  bool cluster_missing = false;  // a flag does
  ClusterConfig cluster;         // server may be empty: no cluster is configured
  UserConfig user;
  std::string name_space;  // "" : neither flag nor context names one
};

// DirectClientConfig's getContext, getCluster and getAuthInfo (tools/clientcmd/client_config.go).
// Errors: config, for a user that a flag names and that is not there; usage, for a malformed
// --as-user-extra. Whether the rest is there is for check_selected() to say.
Result<Selected> select_entries(const Kubeconfig& config, const ConnectionFlags& flags);

}  // namespace kencrypt::kube
