#include "config/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/draft.h"
#include "config/lint.h"
#include "document/edit.h"
#include "document/tree.h"

namespace kencrypt::config {
namespace {

using document::Node;
using document::Range;

bool has_keys(Type type) { return type != Type::identity && type != Type::kms; }

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

SecretBytes provider_lines(const NewKey& key, const std::string& indent, std::string_view newline) {
  SecretBytes lines(fmt::format("{}- {}:{}{}    keys:{}", indent, type_name(*key.provider), newline, indent, newline));
  lines.append(key_lines(key, indent + "    ", newline).view());
  return lines;
}

// In single quotes, which take everything but line breaks as it is.
SecretBytes kms_lines(const PlainKms& kms, const std::string& indent, std::string_view newline) {
  std::string lines = fmt::format("{}- kms:{}", indent, newline);
  const auto field = [&](std::string_view name, const std::string& value) {
    lines += fmt::format("{}    {}: {}{}", indent, name, value, newline);
  };
  field("apiVersion", kms.version);
  field("name", single_quoted(kms.name));
  field("endpoint", single_quoted(kms.endpoint));
  field("timeout", kms.timeout);
  return SecretBytes(lines);
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
    const PlainProvider& provider = entry.providers[i];
    // A KMS is named as a key is; identity by its type alone.
    const bool named = provider.type == Type::kms || name.provider == provider.type;
    if (!has_keys(provider.type) && named && name.is(provider.type, plugin_name(provider))) found.push_back({i, 0});
    for (std::size_t j = 0; j < provider.keys.size(); ++j)
      if (name.is(provider.type, provider.keys[j].name)) found.push_back({i, j});
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

// Behind all that are there, but before identity at the end, which stays the last resort.
Result<void> add_provider(Draft& draft, const Entry& entry, SecretBytes lines, PlainProvider provider, PlainEntry& meant) {
  const Node& list = *entry.provider_list;
  TRY(check_list(list));
  const std::size_t last = list.items.size() - 1;
  const bool before_identity = is_identity(meant.providers.back()) && last > 0;
  const Range place = document::item_lines(draft.text(), list, last);
  draft.insert(before_identity ? place.begin : place.end, std::move(lines));
  meant.providers.insert(meant.providers.end() - (before_identity ? 1 : 0), std::move(provider));
  return {};
}

Result<void> add_to_entry(Draft& draft, std::size_t index, const NewKey& key, PlainEntry& meant) {
  const Entry& entry = draft.model().entries[index];
  if (key.encrypting_only && is_identity(meant.providers.front())) return {};
  if (!find(meant, {std::nullopt, key.name}).empty())
    return fail(ErrorKind::config, fmt::format("resources[{}] has a key \"{}\" already: give the new one another name", index, key.name));
  const std::size_t element = place_for(meant, key.provider);
  if (element < meant.providers.size()) return add_to_provider(draft, entry, element, key, meant);
  if (key.provider)
    return add_provider(draft, entry, provider_lines(key, dashes(*entry.provider_list), draft.newline()),
                        {*key.provider, {{key.name, key.secret}}, std::nullopt}, meant);
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
  const bool last = keys.size() <= 1;  // identity and a KMS have none
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

std::size_t entry_count(std::string_view text) {
  const auto draft = Draft::open(text);
  return draft ? draft->model().entries.size() : 0;
}

std::string kms_name_in_entry(const NewKms& kms, std::size_t entry) {
  return entry == 0 ? kms.name : fmt::format("{}-{}", kms.name, entry + 1);
}

Result<SecretBytes> add_kms(std::string_view text, const NewKms& kms) {
  TRY_ASSIGN(Draft draft, Draft::open(text));
  Structure meant = structure_of(draft.model());
  for (std::size_t i = 0; i < meant.size(); ++i) {
    if (kms.encrypting_only && is_identity(meant[i].providers.front())) continue;
    const Entry& entry = draft.model().entries[i];
    const PlainKms wanted{.version = "v2", .name = kms_name_in_entry(kms, i), .endpoint = kms.endpoint, .timeout = "3s"};
    TRY(add_provider(draft, entry, kms_lines(wanted, dashes(*entry.provider_list), draft.newline()), {Type::kms, {}, wanted},
                     meant[i]));
  }
  TRY_ASSIGN(SecretBytes changed, draft.finish(meant));
  if (const auto error = first_error(changed.view(), {.kms_v1_gate = true}))
    return fail(ErrorKind::config, fmt::format("{}: {}", error->message, error->advice));
  return changed;
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
