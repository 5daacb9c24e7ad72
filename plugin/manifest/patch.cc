#include "manifest/patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "document/change.h"

namespace kencrypt::manifest {
namespace {

using document::Change;
using document::ChangeKind;
using document::Node;
using document::Path;

// Flag, reload, volume and mount are one change each.
constexpr std::size_t kMaxChanges = 4;
constexpr std::string_view kVolumeName = "encryption-config";
constexpr int kFirstWithReload = 26;  // Kubernetes 1.26: kube-apiserver ends at a flag that it does not know

struct NewMount {
  std::string path;  // in the container
  std::string host;
  bool is_file = false;
};

// What is to be true in the end.
struct Target {
  std::string container_path;  // of the configuration
  std::string host_path;
  std::optional<NewMount> mount;  // nothing: it is there
};

std::string base_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// A directory with more in it than configurations, which is none of the API server's business.
bool is_shared(std::string_view directory, const Mounts& mounts, const Wish& wish) {
  if (directory_of(directory) == "/" || directory == "/etc/kubernetes") return true;
  if (!wish.manifest_directory.empty() && is_within(wish.manifest_directory, directory)) return true;
  return std::any_of(mounts.volumes.begin(), mounts.volumes.end(), [directory](const Volume& volume) {
    return volume.host_path && *volume.host_path != directory && is_within(*volume.host_path, directory);
  });
}

// The directory rather than the file: of that the container would see one inode, whatever is put in its place.
NewMount new_mount(const std::string& container_path, const std::string& host_path, const Mounts& mounts, const Wish& wish) {
  const std::string inside = directory_of(container_path);
  const std::string outside = directory_of(host_path);
  const bool hides = std::any_of(mounts.mounts.begin(), mounts.mounts.end(),
                                 [&inside](const Mount& mount) { return is_within(mount.path, inside); });
  if (base_name(container_path) != base_name(host_path) || inside == "/" || hides || is_shared(outside, mounts, wish))
    return {container_path, host_path, true};
  return {inside, outside, false};
}

Result<Target> with_new_mount(std::string container_path, std::string host_path, const State& state, const Wish& wish) {
  Target target{std::move(container_path), std::move(host_path), {}};
  target.mount = new_mount(target.container_path, target.host_path, state.mounts, wish);
  return target;
}

Result<Target> keep_flag(const State& state, const Wish& wish) {
  TRY_ASSIGN(const std::string path, config_path(*state.config));
  if (!wish.mount_path.empty() && directory_of(path) != wish.mount_path)
    return conflict(state.config->line, fmt::format("--{} names {} already, which is not in {}: leave out --mount-path", kConfigFlag, path, wish.mount_path));
  const Mount* mount = state.mounts.covering(path);
  if (mount == nullptr) return with_new_mount(path, wish.config_given ? wish.config : path, state, wish);
  const auto host = state.mounts.on_host(path);
  if (!host) return conflict(mount->line, fmt::format("{} is in the volume {}, which is not of the host", path, mount->volume));
  if (wish.config_given && *host != wish.config)
    return conflict(state.config->line,
                   fmt::format("the API server reads {} already, and what is stored may be lost with another file: leave out --config", *host));
  return Target{path, *host, {}};
}

Result<Target> find_target(const State& state, const Wish& wish) {
  if (state.reload && !parse_bool(state.reload->value))
    return conflict(state.reload->line, fmt::format("--{} has to be true or false", kReloadFlag));
  if (state.config) return keep_flag(state, wish);
  if (wish.mount_path.empty())
    if (const auto seen = state.mounts.in_container(wish.config)) return Target{*seen, wish.config, {}};
  const std::string directory = wish.mount_path.empty() ? directory_of(wish.config) : wish.mount_path;
  const std::string path = (directory == "/" ? "" : directory) + "/" + base_name(wish.config);
  const Mount* mount = state.mounts.covering(path);
  if (mount == nullptr) return with_new_mount(path, wish.config, state, wish);
  if (state.mounts.on_host(path) == wish.config) return Target{path, wish.config, {}};
  return conflict(mount->line, fmt::format("{} would be inside the mount of {}, which has other files: choose another --mount-path",
                                          path, mount->path));
}

Change word_change(const ApiServer& server, std::size_t index, std::string_view text) {
  // In front of the word that is there; at the end, or behind a value, behind the one before.
  const bool behind = index == server.words.size() || index > server.first_flag;
  const Word& word = server.words[behind ? index - 1 : index];
  return {.kind = ChangeKind::insert_item,
          .path = word.list,
          .index = word.index + (behind ? 1 : 0),
          .name = {},
          .value = document::text_node(text)};
}

Change set_word(const ApiServer& server, const FlagUse& flag, std::string_view text) {
  Path path = server.words[flag.word].list;
  path.push_back(server.words[flag.word].index);
  return {.kind = ChangeKind::set_value, .path = std::move(path), .index = 0, .name = {}, .value = document::text_node(text)};
}

// Behind the last item of the list that is the field `name`; a list of its own, if there is none.
Change append(const Node& root, const Path& map, std::string_view name, Node item) {
  Path path;
  const Node* list = field_at(root, map, name, &path);
  std::vector<Node> items;
  if (list != nullptr && list->is_list())
    return {.kind = ChangeKind::insert_item, .path = path, .index = list->items.size(), .name = {}, .value = std::move(item)};
  items.push_back(std::move(item));
  if (list != nullptr)
    return {.kind = ChangeKind::set_value, .path = path, .index = 0, .name = {}, .value = document::list_node(std::move(items))};
  return {.kind = ChangeKind::add_field,
          .path = map,
          .index = 0,
          .name = std::string(name),
          .value = document::list_node(std::move(items))};
}

// The minor version of Kubernetes in the name of the image, where it is one of kube-apiserver's own.
std::optional<int> minor_version(std::string_view image) {
  constexpr std::string_view kBegin = "kube-apiserver:v1.";
  const std::size_t begin = image.rfind(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  int minor = 0;
  const char* const end = image.data() + image.size();
  if (std::from_chars(image.data() + begin + kBegin.size(), end, minor).ec != std::errc()) return std::nullopt;
  return minor;
}

Result<Change> flag_change(const State& state, const Target& target) {
  const std::string word = fmt::format("--{}={}", kConfigFlag, target.container_path);
  if (state.empty_config)
    return set_word(state.server, *state.empty_config, state.empty_config->separate ? target.container_path : word);
  TRY_ASSIGN(const std::size_t place, place_for(state.server, kConfigFlag));
  return word_change(state.server, place, word);
}

// Nothing, if it is on already.
Result<std::optional<Change>> reload_change(const State& state) {
  const std::string word = fmt::format("--{}=true", kReloadFlag);
  if (!state.reload) {
    const auto minor = minor_version(state.server.image);
    if (minor && *minor < kFirstWithReload)
      return fail(ErrorKind::conflict, fmt::format("Kubernetes 1.{} has no --{}: leave out --reload", *minor, kReloadFlag));
    return word_change(state.server, state.config->word + 1, word);
  }
  if (parse_bool(state.reload->value).value_or(false)) return std::nullopt;
  return set_word(state.server, *state.reload, word);
}

std::string free_name(const Mounts& mounts) {
  std::string name(kVolumeName);
  for (std::size_t i = 2; mounts.volume(name) != nullptr; ++i) name = fmt::format("{}-{}", kVolumeName, i);
  return name;
}

const Volume* volume_of(const Mounts& mounts, const NewMount& mount) {
  const auto found = std::find_if(mounts.volumes.begin(), mounts.volumes.end(),
                                  [&mount](const Volume& volume) { return volume.host_path == mount.host; });
  return found == mounts.volumes.end() ? nullptr : &*found;
}

// The type makes the kubelet say what is missing, instead of making an empty directory.
Change volume_change(const State& state, const NewMount& mount) {
  return append(state.tree.root, state.server.spec, "volumes",
                document::map_node({{"hostPath", document::map_node({{"path", document::text_node(mount.host)},
                                                                     {"type", document::text_node(mount.is_file ? "File" : "Directory")}})},
                                    {"name", document::text_node(free_name(state.mounts))}}));
}

Change mount_change(const State& state, const NewMount& mount, const Volume& volume) {
  return append(state.tree.root, state.server.container, "volumeMounts",
                document::map_node({{"mountPath", document::text_node(mount.path)},
                                    {"name", document::text_node(volume.name)},
                                    {"readOnly", document::true_node()}}));
}

// What is missing yet, one after the other; nothing, if that is nothing.
Result<std::optional<Change>> next_change(const State& state, const Target& target, const Wish& wish) {
  if (!state.config) return flag_change(state, target);
  if (wish.reload) {
    TRY_ASSIGN(auto change, reload_change(state));
    if (change) return change;
  }
  if (state.mounts.on_host(target.container_path) == target.host_path) return std::nullopt;
  if (!target.mount) return fail(ErrorKind::config, "the mounts contradict each other");
  const Volume* volume = volume_of(state.mounts, *target.mount);
  if (volume == nullptr) return volume_change(state, *target.mount);
  return mount_change(state, *target.mount, *volume);
}

Result<Patched> make_changes(std::string_view text, const Wish& wish) {
  TRY_ASSIGN(State state, read_state(text));
  TRY_ASSIGN(const Target target, find_target(state, wish));
  Patched patched{.text = SecretBytes(text), .config = target.host_path};
  for (std::size_t made = 0; made <= kMaxChanges; ++made) {
    TRY_ASSIGN(const auto change, next_change(state, target, wish));
    if (!change) {
      patched.reloads = state.reload && parse_bool(state.reload->value).value_or(false);
      patched.single_file = is_single_file(state.mounts, target.container_path);
      return patched;
    }
    TRY_ASSIGN(patched.text, document::make_change(patched.text.view(), state.tree, *change));
    TRY_ASSIGN(state, read_state(patched.text.view()));
    patched.changed = true;
  }
  return fail(ErrorKind::config, "the flag, the volume and its mount do not come together");
}

std::string by_hand(const Wish& wish) {
  const std::string outside = directory_of(wish.config);
  const std::string inside = wish.mount_path.empty() ? outside : wish.mount_path;
  return fmt::format("Do it by hand: --{}={}/{} for kube-apiserver, a volume with the hostPath {}, and a volumeMount of it at {}",
                     kConfigFlag, inside, base_name(wish.config), outside, inside);
}

}  // namespace

Result<Patched> patch(std::string_view text, const Wish& wish) {
  if (const auto readable = document::parse_as_server(text); !readable) return std::unexpected(readable.error());
  auto patched = make_changes(text, wish);
  if (!patched && patched.error().kind == ErrorKind::config)
    return fail(ErrorKind::config, fmt::format("{}. {}", patched.error().message, by_hand(wish)));
  return patched;
}

}  // namespace kencrypt::manifest
