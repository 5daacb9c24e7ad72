// What a manifest says about encryption at rest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/tree.h"
#include "manifest/api_server.h"
#include "manifest/flags.h"
#include "manifest/mounts.h"

namespace kencrypt::manifest {

struct State {
  document::Tree tree;
  ApiServer server;
  Mounts mounts;
  std::optional<FlagUse> config;  // --encryption-provider-config, if it is there and not empty
  std::optional<FlagUse> empty_config;  // likewise, but empty: as if it were not there
  std::optional<FlagUse> reload;
};

// Errors: not_found, config, conflict, too_large; see find_api_server() and
// parse_as_server(), which is how the kubelet reads it, too.
Result<State> read_state(std::string_view text);

// The path of --encryption-provider-config in the container. Errors: conflict, if it is not an absolute path, or has a
// variable in it that only the kubelet knows.
Result<std::string> config_path(const FlagUse& flag);

// A row of the report about a manifest.
struct Finding {
  std::string item;   // flag, reload, mount, volume
  std::string state;  // set, missing, on, off, wrong
  std::size_t line = 0;  // 0: nowhere
  std::string value;
};

struct Checked {
  std::string container;
  std::string container_path;  // of the configuration; "": not known
  std::string host_path;       // "": not known
  bool complete = false;       // the flag is set, and what it names is a file of the host
  std::vector<Finding> findings;
  std::vector<std::string> warnings;  // what works and yet may surprise
};

// Errors: as read_state().
Result<Checked> check(std::string_view text);

// Whether the file itself is mounted, not a directory that it is in: the container goes on seeing a file that another one
// has replaced, as editors and automatic reloads do it.
bool is_single_file(const Mounts& mounts, std::string_view container_path);

}  // namespace kencrypt::manifest
