#include "config/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "config/lint.h"
#include "document/edit.h"
#include "document/tree.h"

namespace kencrypt::config {
namespace {

using document::Edit;
using document::Node;
using document::Range;

bool has_keys(Type type) { return type != Type::identity && type != Type::kms; }

std::unexpected<Error> by_hand(const document::Place& place, std::string_view why) {
  return fail(ErrorKind::config, fmt::format("line {}: {}: change this file by hand, or write it with dashes, one a line",
                                             place.line, why));
}

// A file without errors, and the changes that are collected for it.
class Draft {
 public:
  static Result<Draft> open(std::string_view text) {
    for (const Finding& finding : lint(text, {.kms_v1_gate = true}))
      if (finding.severity == Severity::error)
        return fail(ErrorKind::config, fmt::format("line {}: {}: `config lint` says more", finding.line, finding.message));
    TRY_ASSIGN(document::Tree tree, document::parse_as_server(text));
    if (tree.json) return by_hand({}, "JSON has no lines of its own");
    return Draft(text, std::move(tree));
  }

  const Model& model() const { return model_; }
  std::string_view text() const { return text_; }

  void insert(std::size_t at, SecretBytes lines) {
    SecretBytes whole;
    if (at > 0 && text_[at - 1] != '\n') whole.append(newline());
    whole.append(lines.view());
    edits_.push_back({{at, at}, std::move(whole)});
  }

  void remove(Range range) { edits_.push_back({range, {}}); }

  // Whole lines, which end with a line break wherever they go.
  void move(Range from, std::size_t to) {
    SecretBytes lines(text_.substr(from.begin, from.end - from.begin));
    if (!lines.view().ends_with('\n')) lines.append(newline());
    edits_.push_back({from, {}});
    edits_.push_back({{to, to}, std::move(lines)});
  }

  std::string_view newline() const { return document::line_break(text_); }

  // The changed text, if it says what is meant.
  Result<SecretBytes> finish(const Structure& meant) const {
    TRY_ASSIGN(SecretBytes changed, document::apply_edits(text_, edits_));
    Findings findings;
    const auto tree = document::parse_as_server(changed.view());
    if (!tree || structure_of(read_model(*tree, {}, findings)) != meant || findings.errors() > 0)
      return fail(ErrorKind::config, "the file is written in a way that cannot be changed line by line: change it by hand");
    return changed;
  }

 private:
  Draft(std::string_view text, document::Tree tree)
      : text_(text), tree_(std::make_unique<document::Tree>(std::move(tree))), model_(read(*tree_)) {}

  static Model read(const document::Tree& tree) {
    Findings none;
    return read_model(tree, {}, none);
  }

  std::string_view text_;
  std::unique_ptr<document::Tree> tree_;  // stays where it is: the model points into it
  Model model_;
  std::vector<Edit> edits_;
};

Result<void> check_list(const Node& list) {
  if (list.flow) return by_hand(list.begin, "a list in brackets");
  if (list.shared) return by_hand(list.begin, "a list that is shared by an anchor");
  return {};
}

std::string dashes(const Node& list) { return std::string(document::indentation(list), ' '); }

// Quotes where YAML would take a name for something else.
std::string written(std::string_view name) {
  return document::resolve_plain(name) == document::Kind::text ? std::string(name) : fmt::format("\"{}\"", name);
}

SecretBytes key_lines(const NewKey& key, const std::string& indent, std::string_view newline) {
  SecretBytes lines(fmt::format("{}- name: {}{}{}  secret: ", indent, written(key.name), newline, indent));
  lines.append(key.secret.view());
  lines.append(newline);
  return lines;
}

SecretBytes provider_lines(Type type, const NewKey& key, const std::string& indent, std::string_view newline) {
  SecretBytes lines(fmt::format("{}- {}:{}{}    keys:{}", indent, type_name(type), newline, indent, newline));
  lines.append(key_lines(key, indent + "    ", newline).view());
  return lines;
}

// Where in an entry, as indexes of its elements and their keys.
struct Found {
  std::size_t element = 0;
  std::size_t key = 0;
};

bool is_identity(const PlainProvider& provider) { return provider.type == Type::identity; }

std::vector<Found> find(const PlainEntry& entry, const KeyName& name) {
  std::vector<Found> found;
  for (std::size_t i = 0; i < entry.providers.size(); ++i) {
    if (name.provider == entry.providers[i].type && !has_keys(*name.provider) && name.name == plugin_name(entry.providers[i]))
      found.push_back({i, 0});
    for (std::size_t j = 0; j < entry.providers[i].keys.size(); ++j)
      if (name.is(entry.providers[i].type, entry.providers[i].keys[j].name)) found.push_back({i, j});
  }
  return found;
}

// One at the most: of two of the same name nobody knows which is meant.
Result<std::optional<Found>> find_one(const PlainEntry& entry, const KeyName& name, std::size_t index) {
  const auto found = find(entry, name);
  if (found.size() > 1)
    return fail(ErrorKind::config, fmt::format("resources[{}] has more than one key \"{}\": name its provider, as in aescbc/{}",
                                               index, display(name), name.name));
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::unexpected<Error> no_such_key(const KeyName& name) {
  return fail(ErrorKind::config, fmt::format("there is no key \"{}\" in it: `config show` lists them", display(name)));
}

// The provider of an entry that a new key goes to; providers.size(): a new one.
std::size_t place_for(const PlainEntry& entry, std::optional<Type> wanted) {
  const auto fits = [wanted](const PlainProvider& one) { return wanted ? one.type == *wanted : has_keys(one.type); };
  return static_cast<std::size_t>(std::find_if(entry.providers.begin(), entry.providers.end(), fits) - entry.providers.begin());
}

Result<void> add_to_provider(Draft& draft, const Entry& entry, std::size_t element, const NewKey& key, PlainEntry& meant) {
  const Node& keys = *entry.elements[element].providers.front().key_list;
  TRY(check_list(keys));
  draft.insert(document::item_lines(draft.text(), keys, keys.items.size() - 1).end,
               key_lines(key, dashes(keys), draft.newline()));
  meant.providers[element].keys.push_back({key.name, key.secret});
  return {};
}

Result<void> add_provider(Draft& draft, const Entry& entry, const NewKey& key, PlainEntry& meant) {
  const Node& list = *entry.provider_list;
  TRY(check_list(list));
  const bool before_identity = is_identity(meant.providers.back());
  const std::size_t last = list.items.size() - 1;
  const Range lines = document::item_lines(draft.text(), list, last);
  draft.insert(before_identity && last > 0 ? lines.begin : lines.end,
               provider_lines(*key.provider, key, dashes(list), draft.newline()));
  const auto at = meant.providers.end() - (before_identity && last > 0 ? 1 : 0);
  meant.providers.insert(at, PlainProvider{*key.provider, {{key.name, key.secret}}, ""});
  return {};
}

Result<void> add_to_entry(Draft& draft, std::size_t index, const NewKey& key, PlainEntry& meant) {
  const Entry& entry = draft.model().entries[index];
  if (key.encrypting_only && is_identity(meant.providers.front())) return {};
  if (!find(meant, {std::nullopt, key.name}).empty())
    return fail(ErrorKind::config, fmt::format("resources[{}] has a key \"{}\" already: give the new one another name", index, key.name));
  const std::size_t element = place_for(meant, key.provider);
  if (element < meant.providers.size()) return add_to_provider(draft, entry, element, key, meant);
  if (key.provider) return add_provider(draft, entry, key, meant);
  return {};  // an entry of identity or a KMS alone, which no key was asked for
}

template <class T>
void to_front(std::vector<T>& all, std::size_t index) {
  std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(index), all.begin() + static_cast<std::ptrdiff_t>(index) + 1);
}

Result<void> move_item_first(Draft& draft, const Node& list, std::size_t index) {
  TRY(check_list(list));
  draft.move(document::item_lines(draft.text(), list, index), document::item_lines(draft.text(), list, 0).begin);
  return {};
}

// Within its provider at one time, the provider at another: the lines of both overlap.
enum class Step { key, provider };

Result<SecretBytes> promote_step(std::string_view text, const KeyName& name, Step step) {
  TRY_ASSIGN(Draft draft, Draft::open(text));
  Structure meant = structure_of(draft.model());
  for (std::size_t i = 0; i < meant.size(); ++i) {
    TRY_ASSIGN(const auto found, find_one(meant[i], name, i));
    if (!found) continue;
    const Entry& entry = draft.model().entries[i];
    if (step == Step::key && found->key > 0) {
      TRY(move_item_first(draft, *entry.elements[found->element].providers.front().key_list, found->key));
      to_front(meant[i].providers[found->element].keys, found->key);
    }
    if (step == Step::provider && found->element > 0) {
      TRY(move_item_first(draft, *entry.provider_list, found->element));
      to_front(meant[i].providers, found->element);
    }
  }
  return draft.finish(meant);
}

Result<void> remove_from_entry(Draft& draft, std::size_t index, const Found& found, PlainEntry& meant) {
  const Entry& entry = draft.model().entries[index];
  auto& keys = meant.providers[found.element].keys;
  const bool last = keys.size() <= 1;
  const Node& list = last ? *entry.provider_list : *entry.elements[found.element].providers.front().key_list;
  TRY(check_list(list));
  draft.remove(document::item_lines(draft.text(), list, last ? found.element : found.key));
  if (last)
    meant.providers.erase(meant.providers.begin() + static_cast<std::ptrdiff_t>(found.element));
  else
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(found.key));
  return {};
}

}  // namespace

Result<Structure> read_structure(std::string_view text) {
  TRY_ASSIGN(const Draft draft, Draft::open(text));
  return structure_of(draft.model());
}

bool has_key(std::string_view text, std::string_view name) {
  const auto draft = Draft::open(text);
  if (!draft) return false;
  const Structure structure = structure_of(draft->model());
  return std::any_of(structure.begin(), structure.end(), [name](const PlainEntry& entry) {
    return !find(entry, {std::nullopt, std::string(name)}).empty();
  });
}

Result<SecretBytes> add_key(std::string_view text, const NewKey& key) {
  TRY_ASSIGN(Draft draft, Draft::open(text));
  Structure meant = structure_of(draft.model());
  const Structure before = meant;
  for (std::size_t i = 0; i < meant.size(); ++i) TRY(add_to_entry(draft, i, key, meant[i]));
  if (meant == before)
    return fail(ErrorKind::config, "no provider in it has keys: say with --provider which one is to be added");
  return draft.finish(meant);
}

Result<SecretBytes> add_identity(std::string_view text) {
  TRY_ASSIGN(Draft draft, Draft::open(text));
  Structure meant = structure_of(draft.model());
  const Structure before = meant;
  for (std::size_t i = 0; i < meant.size(); ++i) {
    if (std::any_of(meant[i].providers.begin(), meant[i].providers.end(), is_identity)) continue;
    const Node& list = *draft.model().entries[i].provider_list;
    TRY(check_list(list));
    draft.insert(document::item_lines(draft.text(), list, list.items.size() - 1).end,
                 SecretBytes(fmt::format("{}- identity: {{}}{}", dashes(list), draft.newline())));
    meant[i].providers.push_back({});
  }
  if (meant == before) return fail(ErrorKind::config, "identity reads already, in every entry");
  return draft.finish(meant);
}

Result<SecretBytes> promote_key(std::string_view text, const KeyName& key) {
  TRY_ASSIGN(Draft draft, Draft::open(text));
  bool there = false;
  for (const PlainEntry& entry : structure_of(draft.model())) there = there || !find(entry, key).empty();
  if (!there) return no_such_key(key);
  TRY_ASSIGN(const SecretBytes within, promote_step(text, key, Step::key));
  TRY_ASSIGN(SecretBytes changed, promote_step(within.view(), key, Step::provider));
  if (changed.view() == text)
    return fail(ErrorKind::config, fmt::format("the key \"{}\" writes already, wherever it is", display(key)));
  return changed;
}

Result<SecretBytes> remove_key(std::string_view text, const KeyName& key) {
  TRY_ASSIGN(Draft draft, Draft::open(text));
  Structure meant = structure_of(draft.model());
  bool there = false;
  for (std::size_t i = 0; i < meant.size(); ++i) {
    TRY_ASSIGN(const auto found, find_one(meant[i], key, i));
    if (!found) continue;
    there = true;
    if (found->element == 0 && found->key == 0)
      return fail(ErrorKind::config, fmt::format("resources[{}] is written with the key \"{}\": go over to another one first, "
                                                 "with `config promote`",
                                                 i, display(key)));
    TRY(remove_from_entry(draft, i, *found, meant[i]));
  }
  if (!there) return no_such_key(key);
  return draft.finish(meant);
}

}  // namespace kencrypt::config
