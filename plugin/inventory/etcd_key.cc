#include "inventory/etcd_key.h"

#include <algorithm>
#include <array>

#include "inventory/builtin_resources.h"

namespace kencrypt::inventory {
namespace {

// Takes what is before the next slash, and the slash.
std::string_view take_segment(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  return segment;
}

bool below(std::string_view& key, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!key.starts_with(prefix) || key.size() <= prefix.size() || key[prefix.size()] != '/') return false;
  key.remove_prefix(prefix.size() + 1);
  return true;
}

// What is left is "namespace/name" or "name".
bool take_object(std::string_view rest, EtcdKey& object) {
  const std::string_view first = take_segment(rest);
  if (rest.empty()) {
    object.name = first;
  } else {
    object.name_space = first;
    object.name = rest;
  }
  return !object.name.empty() && object.name.find('/') == std::string_view::npos;
}

// The core group's services and their endpoints share a folder: "services/specs", "services/endpoints".
bool take_service(std::string_view& rest, EtcdKey& object) {
  const std::string_view kind = take_segment(rest);
  object.plural = kind == "specs" ? "services" : "endpoints";
  return kind == "specs" || kind == "endpoints";
}

bool take_resource(std::string_view& rest, EtcdKey& object) {
  const std::string_view first = take_segment(rest);
  if (first == "services") return take_service(rest, object);
  if (first.find('.') != std::string_view::npos) {
    object.group = first;
    object.plural = take_segment(rest);
    return !object.plural.empty();
  }
  const BuiltinResource* builtin = find_by_folder(first);
  object.plural = builtin != nullptr ? builtin->plural : first;
  object.group = builtin != nullptr ? builtin->group : std::string_view();
  object.group_unknown = builtin == nullptr;
  return !first.empty();
}

constexpr std::array<std::string_view, 3> kNotes = {"masterleases/", "peerserverleases/", "ranges/"};

bool is_note(std::string_view rest) {
  return std::any_of(kNotes.begin(), kNotes.end(), [rest](std::string_view note) { return rest.starts_with(note); });
}

}  // namespace

std::optional<EtcdKey> parse_etcd_key(std::string_view key, std::string_view prefix) {
  if (!below(key, prefix) || is_note(key) || key.ends_with('/')) return std::nullopt;
  EtcdKey object;
  if (!take_resource(key, object) || !take_object(key, object)) return std::nullopt;
  return object;
}

std::string group_resource(const EtcdKey& key) {
  std::string text(key.plural);
  if (!key.group.empty()) text.append(".").append(key.group);
  return text;
}

std::string storage_prefix(const kube::Resource& resource, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  std::string text = std::string(prefix) + "/";
  if (const BuiltinResource* builtin = find_by_name(resource.plural, resource.group))
    return text.append(builtin->folder) + "/";
  if (!resource.group.empty()) text.append(resource.group).append("/");
  return text.append(resource.plural) + "/";
}

}  // namespace kencrypt::inventory
