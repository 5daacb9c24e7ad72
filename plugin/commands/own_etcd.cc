#include "commands/own_etcd.h"

#include <fmt/format.h>

namespace kencrypt::commands {

OwnEtcd::OwnEtcd(const census::ServerAgreement& asked) {
  for (const census::ServerRow& server : asked.servers)
    if (!server.id.empty()) missing_.insert(server.id);
  knows_any_ = !missing_.empty();
}

void OwnEtcd::see(const inventory::EtcdKey& object) {
  if (missing_.empty() || object.plural != "leases" || object.name_space != "kube-system") return;
  if (const auto found = missing_.find(object.name); found != missing_.end()) missing_.erase(found);
}

std::string OwnEtcd::doubt() const {
  if (!knows_any_) return "it is not known that this is the etcd of the API servers: none of them has a Lease to look for";
  if (missing_.empty()) return {};
  return fmt::format(
      "this may not be the etcd of the API servers, or not all of what they have in it: the Lease of {} is not there; see "
      "to --etcd-endpoints and --etcd-prefix",
      *missing_.begin());
}

}  // namespace kencrypt::commands
