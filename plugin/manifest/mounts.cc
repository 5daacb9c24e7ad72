#include "manifest/mounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace kencrypt::manifest {
namespace {

using document::Node;
using document::Path;

std::string join(std::string_view directory, std::string_view rest) {
  while (rest.starts_with('/')) rest.remove_prefix(1);
  std::string path(directory == "/" ? "" : directory);
  if (!rest.empty()) path += "/" + std::string(rest);
  return path.empty() ? "/" : path;
}

std::string_view text_of(const Node& map, std::string_view name) {
  const Node* found = map.find(name);
  return found == nullptr ? "" : found->text();
}

std::optional<std::string> host_root(const Mount& mount, const Volume* volume) {
  if (volume == nullptr || !volume->host_path || mount.by_expression) return std::nullopt;
  return join(*volume->host_path, mount.sub_path);
}

// An empty list for a field that is not there.
Result<std::vector<const Node*>> maps_in(const Node* list, std::string_view name) {
  std::vector<const Node*> items;
  if (list == nullptr || list->kind == document::Kind::null) return items;
  if (!list->is_list()) return at_line(list->begin.line, fmt::format("\"{}\" has to be a list", name));
  for (const Node& item : list->items) {
    if (!item.is_map()) return at_line(item.begin.line, fmt::format("an item of \"{}\" has to be a mapping", name));
    items.push_back(&item);
  }
  return items;
}

Result<Mount> read_mount(const Node& node) {
  const auto path = normal_path(text_of(node, "mountPath"));
  if (!path) return at_line(node.begin.line, "a mount whose mountPath is not an absolute path");
  const auto sub_path = text_of(node, "subPath");
  if (sub_path.find("..") != std::string_view::npos) return at_line(node.begin.line, "a mount whose subPath has \"..\"");
  return Mount{.path = *path,
               .volume = std::string(text_of(node, "name")),
               .sub_path = std::string(sub_path),
               .by_expression = node.find("subPathExpr") != nullptr,
               .line = node.begin.line};
}

Volume read_volume(const Node& node) {
  Volume volume{.name = std::string(text_of(node, "name")), .host_path = {}, .line = node.begin.line};
  if (const Node* host = node.find("hostPath")) volume.host_path = normal_path(text_of(*host, "path"));
  return volume;
}

}  // namespace

const Volume* Mounts::volume(std::string_view name) const {
  const auto found = std::find_if(volumes.begin(), volumes.end(), [name](const Volume& one) { return one.name == name; });
  return found == volumes.end() ? nullptr : &*found;
}

const Mount* Mounts::covering(std::string_view container_path) const {
  const Mount* deepest = nullptr;
  for (const Mount& mount : mounts)
    if (is_within(container_path, mount.path) && (deepest == nullptr || mount.path.size() > deepest->path.size()))
      deepest = &mount;
  return deepest;
}

std::optional<std::string> Mounts::on_host(std::string_view container_path) const {
  const Mount* mount = covering(container_path);
  if (mount == nullptr) return std::nullopt;
  const auto root = host_root(*mount, volume(mount->volume));
  if (!root) return std::nullopt;
  return join(*root, container_path.substr(mount->path == "/" ? 0 : mount->path.size()));
}

std::optional<std::string> Mounts::in_container(std::string_view host_path) const {
  for (const Mount& mount : mounts) {
    const auto root = host_root(mount, volume(mount.volume));
    if (!root || !is_within(host_path, *root)) continue;
    std::string path = join(mount.path, host_path.substr(*root == "/" ? 0 : root->size()));
    if (on_host(path) == host_path) return path;  // no other mount lies over it
  }
  return std::nullopt;
}

Result<Mounts> read_mounts(const Node& root, const ApiServer& server) {
  Mounts found;
  TRY_ASSIGN(const auto mounts, maps_in(field_at(root, server.container, "volumeMounts"), "volumeMounts"));
  for (const Node* node : mounts) {
    TRY_ASSIGN(Mount mount, read_mount(*node));
    found.mounts.push_back(std::move(mount));
  }
  TRY_ASSIGN(const auto volumes, maps_in(field_at(root, server.spec, "volumes"), "volumes"));
  for (const Node* node : volumes) found.volumes.push_back(read_volume(*node));
  for (const Mount& mount : found.mounts)
    if (found.volume(mount.volume) == nullptr)
      return conflict(mount.line, fmt::format("there is no volume \"{}\" for the mount of {}", mount.volume, mount.path));
  return found;
}

std::optional<std::string> normal_path(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  std::string normal;
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") return std::nullopt;
    if (!part.empty() && part != ".") normal += "/" + std::string(part);
  }
  return normal.empty() ? "/" : normal;
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

bool is_within(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.starts_with('/');
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace kencrypt::manifest
