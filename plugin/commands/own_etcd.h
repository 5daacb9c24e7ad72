// Whether the etcd that is looked at is that of the API servers that were asked. Pure.
//
// That nothing is under a key in the etcd of another cluster, or below another prefix than theirs, says nothing of them.
// What only theirs has are their Leases (k8s.io/kubernetes pkg/controlplane/apiserver/server.go). A copy of it made a
// moment ago has them, too: that cannot be told.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "census/server_agreement.h"
#include "inventory/etcd_key.h"

namespace kencrypt::commands {

class OwnEtcd {
 public:
  explicit OwnEtcd(const census::ServerAgreement& asked);

  // Takes what is met while etcd is read; more than once does no harm.
  void see(const inventory::EtcdKey& object);

  // Why it may be another etcd or prefix, a sentence; "" if it is theirs.
  std::string doubt() const;

 private:
  bool knows_any_ = false;
  std::set<std::string, std::less<>> missing_;  // names of Leases
};

}  // namespace kencrypt::commands
