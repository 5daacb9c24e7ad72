// What the API servers of the cluster run together, and what that does to a write key that one of
// them has shown. Pure.
//
// One server's write key is that of the cluster only if the others run the same configuration.
// Where they are known not to, no key is the write key. Where some could not be seen, or do not
// publish what they run, the key is that of the servers that were seen, and says so.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control_plane/survey.h"
#include "coverage/coverage.h"

namespace kencrypt::census {

struct ServerRow {
  std::string id;       // the API server's ID, as its Lease is called; "" if it has none
  std::string host;     // of its Lease; may be ""
  std::string address;  // "host:port" where it was asked; "" if it was not seen
  std::optional<std::string> configuration;  // "sha256:..."
  bool seen = false;
  bool publishes = false;  // whether the absence of `configuration` means that it has none
};

struct ServerAgreement {
  std::vector<ServerRow> servers;  // those of Survey::seen first, in their order
  bool differ = false;  // they run different configurations
  std::optional<std::string>
      doubt;  // what is not known of them, a clause for people; nullopt: nothing
  // The one that all of them run; nullopt if there is none or it is not known.
  std::optional<std::string> configuration;
  std::map<std::string, std::string> leases;  // hosts, by the ID of every API server that has a Lease
  std::string summary;  // "3, all run configuration sha256:..."

  // Whether it is known that all servers run one configuration.
  bool agreed() const { return !differ && !doubt; }
};

// `file_hash`: of the user's file, if there is one.
ServerAgreement compare(const control_plane::Survey& survey,
                        const std::optional<std::string>& file_hash);

// The write key of one server as that of the cluster.
coverage::WriteKey qualify(coverage::WriteKey key, const ServerAgreement& agreement,
                           const control_plane::Survey& survey);

}  // namespace kencrypt::census
