#include "manifest/api_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace kencrypt::manifest {
namespace {

using document::Field;
using document::Node;
using document::Path;
using document::Tree;

constexpr std::string_view kProgram = "kube-apiserver";

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_shell(std::string_view word) {
  constexpr std::array<std::string_view, 6> kShells = {"sh", "bash", "dash", "ash", "ksh", "zsh"};
  return std::find(kShells.begin(), kShells.end(), base_name(word)) != kShells.end();
}

// A word that is a command line itself.
bool is_script(const Word& word) {
  return word.text.find(kProgram) != std::string::npos && word.text.find_first_of(" \n") != std::string::npos;
}

// Readers differ in which of two they take, and a merge brings fields that stand elsewhere.
Result<void> check_fields(const Node& node) {
  for (const Node& item : node.items) TRY(check_fields(item));
  for (auto one = node.fields.begin(); one != node.fields.end(); ++one) {
    const auto same = [one](const Field& other) { return other.key.text() == one->key.text(); };
    if (const auto first = std::find_if(node.fields.begin(), one, same); first != one)
      return conflict(one->key.begin.line, fmt::format("\"{}\" is there already, in line {}: leave one of them",
                                                      one->key.text(), first->key.begin.line));
    if (one->key.merge)
      return conflict(one->key.begin.line, "a merge (<<) brings fields from elsewhere: write them out here");
    TRY(check_fields(one->value));
  }
  return {};
}

std::unexpected<Error> no_manifest(std::size_t line, std::string_view why) {
  return fail(ErrorKind::not_found, fmt::format("line {}: {}", line, why));
}

Result<void> check_kind(const Tree& tree) {
  if (tree.empty || tree.root.kind == document::Kind::null) return fail(ErrorKind::not_found, "there is no Pod in it");
  if (!tree.root.is_map()) return no_manifest(tree.root.begin.line, "this is no Kubernetes object");
  const Node* kind = tree.root.find("kind");
  const std::string_view name = kind == nullptr ? "" : kind->text();
  if (name == "Pod") return {};
  const std::size_t line = kind == nullptr ? tree.root.begin.line : kind->begin.line;
  if (name.ends_with("List"))
    return no_manifest(line, fmt::format("the kubelet starts no Pods from a {}: give the Pod a file of its own", name));
  if (tree.more_documents)
    return no_manifest(line, fmt::format("the first document is {}, and the kubelet reads no other: give the Pod a file of its own",
                                     name.empty() ? "of no kind" : fmt::format("a {}", name)));
  return no_manifest(line, name.empty() ? "an object without a kind: the manifest of a static Pod says \"kind: Pod\""
                                    : fmt::format("a {} is no static Pod", name));
}

Result<void> add_words(const Node& root, const Path& container, std::string_view name, std::vector<Word>& words) {
  Path path;
  const Node* list = field_at(root, container, name, &path);
  if (list == nullptr || list->kind == document::Kind::null) return {};
  if (!list->is_list()) return at_line(list->begin.line, fmt::format("\"{}\" has to be a list", name));
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Node& item = list->items[i];
    if (item.is_list() || item.is_map())
      return at_line(item.begin.line, fmt::format("an item of \"{}\" has to be text", name));
    words.push_back({std::string(item.text()), item.begin.line, path, i});
  }
  return {};
}

// The index behind the program: "kube-apiserver", or "apiserver" of a hyperkube.
std::optional<std::size_t> behind_program(const std::vector<Word>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (base_name(words[i].text) == kProgram) return i + 1;
    if (i > 0 && words[i].text == "apiserver" && base_name(words[i - 1].text) == "hyperkube") return i + 1;
  }
  return std::nullopt;
}

struct Candidate {
  ApiServer server;
  bool runs = false;      // kube-apiserver is a word of its command line
  bool is_named = false;  // it is called so
  std::size_t line = 0;
};

Result<Candidate> read_container(const Node& root, const Path& spec, const Path& path) {
  Candidate candidate{.server = {.spec = spec, .container = path, .name = {}, .image = {}, .words = {}}};
  candidate.line = document::at(root, path).begin.line;
  const Node* name = field_at(root, path, "name");
  const Node* image = field_at(root, path, "image");
  if (name != nullptr) candidate.server.name = name->text();
  if (image != nullptr) candidate.server.image = image->text();
  auto& words = candidate.server.words;
  TRY(add_words(root, path, "command", words));
  candidate.server.first_flag = 0;
  const bool has_command = !words.empty();
  TRY(add_words(root, path, "args", words));
  const auto behind = behind_program(words);
  candidate.is_named = candidate.server.name == kProgram || base_name(candidate.server.image).starts_with(kProgram);
  candidate.runs = behind.has_value() || (!has_command && candidate.is_named && !words.empty());
  candidate.server.first_flag = behind.value_or(0);
  return candidate;
}

// Why its flags cannot be seen or changed, if so.
Result<void> check_words(const Candidate& candidate) {
  const auto& words = candidate.server.words;
  if (words.empty())
    return at_line(candidate.line, "the container has neither command nor args, so that its flags are not in this file");
  const auto end = words.begin() + static_cast<std::ptrdiff_t>(candidate.runs ? candidate.server.first_flag : words.size());
  const auto shell = std::find_if(words.begin(), end, [](const Word& word) { return is_shell(word.text); });
  if (shell != end)
    return at_line(shell->line, fmt::format("{} runs a script in which the flags are", shell->text));
  if (!candidate.runs)
    return at_line(words.front().line,
                   fmt::format("the container runs {}, of which it is not known what it hands on to kube-apiserver",
                               words.front().text));
  return {};
}

Result<std::vector<Candidate>> read_containers(const Node& root, const Path& spec) {
  Path path;
  const Node* containers = field_at(root, spec, "containers", &path);
  if (containers == nullptr || !containers->is_list() || containers->items.empty())
    return at_line(document::at(root, spec).begin.line, "the Pod has no containers");
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < containers->items.size(); ++i) {
    Path container = path;
    container.push_back(i);
    if (!containers->items[i].is_map()) return at_line(containers->items[i].begin.line, "a container has to be a mapping");
    TRY_ASSIGN(Candidate one, read_container(root, spec, container));
    const auto& words = one.server.words;
    const bool mentions = std::any_of(words.begin(), words.end(), is_script);
    if (one.runs || one.is_named || mentions) found.push_back(std::move(one));
  }
  return found;
}

std::string lines_of(const std::vector<Candidate>& candidates) {
  std::string text;
  for (const Candidate& one : candidates) text += fmt::format("{}{}", text.empty() ? "" : ", ", one.line);
  return text;
}

}  // namespace

std::unexpected<Error> at_line(std::size_t line, std::string_view why) {
  return fail(ErrorKind::config, fmt::format("line {}: {}", line, why));
}

std::unexpected<Error> conflict(std::size_t line, std::string_view why) {
  return fail(ErrorKind::conflict, fmt::format("line {}: {}", line, why));
}

const Node* field_at(const Node& root, const Path& map, std::string_view name, Path* path) {
  const Node& node = document::at(root, map);
  for (std::size_t i = 0; i < node.fields.size(); ++i) {
    if (node.fields[i].key.text() != name) continue;
    if (path != nullptr) {
      *path = map;
      path->push_back(i);
    }
    return &node.fields[i].value;
  }
  return nullptr;
}

Result<ApiServer> find_api_server(const Tree& tree) {
  TRY(check_kind(tree));
  TRY(check_fields(tree.root));
  Path spec;
  const Node* found = field_at(tree.root, {}, "spec", &spec);
  if (found == nullptr || !found->is_map()) return no_manifest(tree.root.begin.line, "the Pod has no spec");
  TRY_ASSIGN(std::vector<Candidate> candidates, read_containers(tree.root, spec));
  if (candidates.empty())
    return no_manifest(found->begin.line, "no container of the Pod runs kube-apiserver");
  const auto runs = [](const Candidate& one) { return one.runs; };
  if (std::count_if(candidates.begin(), candidates.end(), runs) == 1)
    std::erase_if(candidates, [&](const Candidate& one) { return !runs(one); });
  if (candidates.size() > 1)
    return fail(ErrorKind::config, fmt::format("lines {}: several containers may be the API server", lines_of(candidates)));
  TRY(check_words(candidates.front()));
  return std::move(candidates.front().server);
}

}  // namespace kencrypt::manifest
