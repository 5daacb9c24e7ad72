// Where the paths of a container are on its host.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/api_server.h"

namespace kencrypt::manifest {

struct Volume {
  std::string name;
  std::optional<std::string> host_path;  // normal; nothing for other kinds of volumes
  std::size_t line = 0;
};

struct Mount {
  std::string path;  // normal: absolute, no "/" at its end
  std::string volume;
  std::string sub_path;
  bool by_expression = false;  // subPathExpr: only the kubelet knows
  std::size_t line = 0;
};

struct Mounts {
  std::vector<Volume> volumes;
  std::vector<Mount> mounts;

  const Volume* volume(std::string_view name) const;
  // The mount that a path of the container is in, which is the deepest; null if it is in none.
  const Mount* covering(std::string_view container_path) const;
  // The path on the host; nothing if it is in no mount, or in one that is not of the host.
  std::optional<std::string> on_host(std::string_view container_path) const;
  // A path of the container at which it sees this path of the host.
  std::optional<std::string> in_container(std::string_view host_path) const;
};

// Errors: config or conflict, for a mount or a volume that no kubelet would take.
Result<Mounts> read_mounts(const document::Node& root, const ApiServer& server);

// Absolute, and without "." or "..", empty parts and "/" at its end; nothing for a path that is not absolute or has "..".
std::optional<std::string> normal_path(std::string_view path);
// "/a/b" of "/a/b/c"; "/" of "/a".
std::string directory_of(std::string_view path);
// Whether it is `directory` or below it.
bool is_within(std::string_view path, std::string_view directory);

}  // namespace kencrypt::manifest
