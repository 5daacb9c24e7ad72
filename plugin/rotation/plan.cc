#include "rotation/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/sha256.h"
#include "config/change.h"
#include "config/template.h"

namespace kencrypt::rotation {
namespace {

using config::PlainEntry;
using config::PlainProvider;
using config::Structure;
using config::Type;

constexpr std::string_view kKms = "kms";
constexpr config::Type kLocal[] = {Type::secretbox, Type::aesgcm, Type::aescbc};

std::vector<std::string> keys_of(const PlainProvider& provider) {
  if (provider.type == Type::identity) return {};
  if (provider.type == Type::kms) return {status_name(provider, config::plugin_name(provider))};
  std::vector<std::string> keys;
  for (const config::PlainKey& key : provider.keys) keys.push_back(status_name(provider, key.name));
  return keys;
}

bool encrypts(const PlainEntry& entry) { return entry.providers.front().type != Type::identity; }

void add_once(std::vector<std::string>& all, std::vector<std::string> more) {
  for (std::string& one : more)
    if (std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
}

config::KeyName name_of(const std::string& key) {
  const std::size_t slash = key.find('/');
  std::string name = key.substr(slash + 1);
  for (const Type type : kLocal)
    if (key.substr(0, slash) == config::type_name(type)) return {type, std::move(name)};
  return {Type::kms, std::move(name)};
}

std::optional<Type> type_of(std::string_view provider) {
  for (const Type type : kLocal)
    if (provider == config::type_name(type)) return type;
  return std::nullopt;
}

// Of the new key in an entry of the file: a KMS has another one in each.
std::string name_in_entry(std::string_view provider, const std::string& name, std::size_t entry) {
  return provider == kKms ? config::kms_name_in_entry({.name = name, .endpoint = {}}, entry) : name;
}

bool has(const PlainEntry& entry, std::string_view key_name) {
  return std::ranges::any_of(entry.providers, [key_name](const PlainProvider& provider) {
    return (provider.kms && provider.kms->name == key_name) ||
           std::ranges::any_of(provider.keys, [key_name](const config::PlainKey& key) { return key.name == key_name; });
  });
}

KnownVersion known(const SecretBytes& text, const Structure& structure) {
  return {sha256_label(text.view()), outline(structure)};
}

// Whether all entries that the new key goes to have it already. Errors: config, if some have.
Result<bool> has_already(const Structure& structure, const Wish& wish, bool encrypting_only) {
  std::size_t with = 0;
  std::size_t of = 0;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (encrypting_only && !encrypts(structure[i])) continue;
    ++of;
    if (has(structure[i], name_in_entry(wish.provider, wish.key_name, i))) ++with;
  }
  if (with == 0 || with == of) return with > 0;
  return fail(ErrorKind::config,
              fmt::format("only some of the entries have the key \"{}\": give the new one another name", wish.key_name));
}

Result<SecretBytes> new_file(const Journal& journal, SecretBytes secret) {
  config::Template wanted{.resources = journal.resources, .name = journal.new_key};
  wanted.type = type_of(journal.provider).value_or(Type::secretbox);
  if (journal.provider == kKms) {
    wanted.type = Type::kms;
    wanted.endpoint = journal.kms_endpoint;
  } else {
    wanted.secret = std::move(secret);
  }
  TRY_ASSIGN(const SecretBytes text, config::render(wanted));
  return config::promote_key(text.view(), {Type::identity, ""});
}

Result<SecretBytes> without_old_keys(const Journal& journal, std::string_view text) {
  SecretBytes left(text);
  for (const std::string& key : journal.old_keys) {
    TRY_ASSIGN(left, config::remove_key(left.view(), name_of(key)));
  }
  return left;
}

Result<SecretBytes> add(const Journal& journal, std::string_view text, SecretBytes secret) {
  if (journal.operation == Operation::disable) return config::add_identity(text);
  if (text.empty()) return new_file(journal, std::move(secret));
  const bool encrypting_only = journal.operation == Operation::rotate;
  if (journal.provider == kKms)
    return config::add_kms(text, {.name = journal.new_key, .endpoint = journal.kms_endpoint, .encrypting_only = encrypting_only});
  return config::add_key(text, {.provider = type_of(journal.provider),
                                .name = journal.new_key,
                                .secret = std::move(secret),
                                .encrypting_only = encrypting_only});
}

// The names of a KMS in all entries that have it, as keys; of a key its own.
std::vector<config::KeyName> names_of_new(const Journal& journal, const Structure& structure) {
  if (journal.provider != kKms) return {{std::nullopt, journal.new_key}};
  std::vector<config::KeyName> names;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    std::string name = name_in_entry(kKms, journal.new_key, i);
    if (has(structure[i], name)) names.push_back({Type::kms, std::move(name)});
  }
  return names;
}

Result<SecretBytes> promote_new(const Journal& journal, std::string_view text) {
  TRY_ASSIGN(const Structure structure, config::read_structure(text));
  SecretBytes changed(text);
  for (const config::KeyName& name : names_of_new(journal, structure)) {
    TRY_ASSIGN(changed, config::promote_key(changed.view(), name));
  }
  return changed;
}

}  // namespace

std::string status_name(const PlainProvider& provider, std::string_view key_name) {
  const std::string_view word = !provider.kms ? config::type_name(provider.type) : provider.kms->version == "v2" ? "kmsv2" : "kmsv1";
  return fmt::format("{}/{}", word, key_name);
}

std::string outline(const Structure& structure) {
  std::string text;
  for (const PlainEntry& entry : structure) {
    std::vector<std::string> providers;
    for (const PlainProvider& provider : entry.providers) {
      auto keys = keys_of(provider);
      if (keys.empty()) keys.emplace_back("identity");
      std::ranges::move(keys, std::back_inserter(providers));
    }
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", fmt::join(entry.resources, ", "), fmt::join(providers, ", "));
  }
  return text;
}

std::vector<std::string> writing_keys(const Structure& structure) {
  std::vector<std::string> keys;
  for (const PlainEntry& entry : structure)
    if (encrypts(entry)) add_once(keys, {keys_of(entry.providers.front()).front()});
  return keys;
}

std::vector<std::string> all_keys(const Structure& structure) {
  std::vector<std::string> keys;
  for (const PlainEntry& entry : structure)
    for (const PlainProvider& provider : entry.providers) add_once(keys, keys_of(provider));
  return keys;
}

bool writes_everywhere_with(const Structure& structure, const Wish& wish) {
  bool any = false;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (!encrypts(structure[i])) continue;
    any = true;
    if (name_of(keys_of(structure[i].providers.front()).front()).name != name_in_entry(wish.provider, wish.key_name, i)) return false;
  }
  return any;
}

Result<Journal> begin_enable(const std::optional<SecretBytes>& text, const Wish& wish) {
  Journal journal{
      .operation = Operation::enable, .new_key = wish.key_name, .provider = wish.provider, .kms_endpoint = wish.kms_endpoint};
  if (!text) {
    journal.resources = wish.resources;
    journal.at(Version::start) = KnownVersion{};
    return journal;
  }
  TRY_ASSIGN(const Structure structure, config::read_structure(text->view()));
  journal.at(Version::start) = known(*text, structure);
  if (!writing_keys(structure).empty()) {
    journal.new_key = name_of(writing_keys(structure).front()).name;
    journal.at(Version::added) = journal.at(Version::promoted) = journal.at(Version::start);
    return journal;
  }
  TRY_ASSIGN(const bool there, has_already(structure, wish, false));
  if (there) journal.at(Version::added) = journal.at(Version::start);
  return journal;
}

Result<Journal> begin_rotate(const SecretBytes& text, const Wish& wish) {
  TRY_ASSIGN(const Structure structure, config::read_structure(text.view()));
  Journal journal{
      .operation = Operation::rotate, .new_key = wish.key_name, .provider = wish.provider, .kms_endpoint = wish.kms_endpoint};
  journal.old_keys = writing_keys(structure);
  if (journal.old_keys.empty())
    return fail(ErrorKind::config, "it has everything written in plaintext, so there is no key to change: `enable` turns encryption on");
  const bool kms = std::ranges::any_of(journal.old_keys, [](const std::string& key) { return key.starts_with("kms"); });
  if (kms && wish.provider.empty())
    return fail(ErrorKind::config, "a KMS plugin writes, and its keys are changed there (docs/kms.md): say with --provider to what else "
                                   "to go over");
  journal.at(Version::start) = known(text, structure);
  TRY_ASSIGN(const bool there, has_already(structure, wish, true));
  if (there) journal.at(Version::added) = journal.at(Version::start);
  return journal;
}

Result<Journal> begin_disable(const SecretBytes& text) {
  TRY_ASSIGN(const Structure structure, config::read_structure(text.view()));
  Journal journal{.operation = Operation::disable, .old_keys = all_keys(structure)};
  journal.at(Version::start) = known(text, structure);
  const auto reads_plaintext = [](const PlainEntry& entry) {
    return std::ranges::any_of(entry.providers, [](const PlainProvider& one) { return one.type == Type::identity; });
  };
  if (std::ranges::all_of(structure, reads_plaintext)) journal.at(Version::added) = journal.at(Version::start);
  if (std::ranges::none_of(structure, encrypts)) journal.at(Version::promoted) = journal.at(Version::start);
  if (journal.old_keys.empty()) journal.at(Version::final) = journal.at(Version::start);
  return journal;
}

Result<SecretBytes> make_version(const Journal& journal, Version version, std::string_view text, SecretBytes secret) {
  switch (version) {
    case Version::start: break;
    case Version::added: return add(journal, text, std::move(secret));
    case Version::promoted:
      if (journal.operation == Operation::disable) return config::promote_key(text, {Type::identity, ""});
      return promote_new(journal, text);
    case Version::final: return without_old_keys(journal, text);
  }
  return fail(ErrorKind::config, "a file cannot be made what it was before it was changed");
}

Result<SecretBytes> take_back(const Journal& journal, std::string_view text) {
  TRY_ASSIGN(const Structure structure, config::read_structure(text));
  SecretBytes left(text);
  for (const config::KeyName& name : names_of_new(journal, structure)) {
    TRY_ASSIGN(left, config::remove_key(left.view(), name));
  }
  return left;
}

}  // namespace kencrypt::rotation
