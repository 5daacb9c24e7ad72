#include "config/structure.h"

#include <fmt/format.h>

#include <utility>

#include "base/sha256.h"
#include "config/go_text.h"

namespace kencrypt::config {
namespace {

PlainKms plain(const Kms& kms) {
  return {.version = std::string(kms.version()),
          .name = std::string(kms.name.view()),
          .endpoint = std::string(kms.endpoint.view()),
          .timeout = std::string(kms.timeout.view()),
          .cachesize = kms.cachesize};
}

PlainProvider plain(const Provider& provider) {
  PlainProvider made{provider.type, {}, std::nullopt};
  if (provider.type == Type::kms) made.kms = plain(provider.kms);
  for (const Key& key : provider.keys) made.keys.push_back({std::string(key.name.view()), SecretBytes(key.secret.view())});
  return made;
}

}  // namespace

std::string plugin_name(const PlainProvider& provider) {
  return provider.kms ? provider.kms->name : "";
}

std::string fingerprint(const PlainKey& key) {
  const auto bytes = decode_go_base64(key.secret.view());
  return bytes ? sha256_label(bytes->view()) : "";
}

Structure structure_of(const Model& model) {
  Structure structure;
  for (const Entry& entry : model.entries) {
    PlainEntry made;
    for (const Text& resource : entry.resources) made.resources.emplace_back(resource.view());
    for (const Element& element : entry.elements)
      for (const Provider& provider : element.providers) made.providers.push_back(plain(provider));
    structure.push_back(std::move(made));
  }
  return structure;
}

Result<KeyName> parse_key_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return KeyName{std::nullopt, std::string(text)};
  const std::string_view provider = text.substr(0, slash);
  std::string name(text.substr(slash + 1));
  for (const Type type : {Type::aesgcm, Type::aescbc, Type::secretbox, Type::kms})
    if (provider == type_name(type)) return KeyName{type, std::move(name)};
  if (provider == "kmsv1" || provider == "kmsv2") return KeyName{Type::kms, std::move(name)};
  return fail(ErrorKind::usage,
              fmt::format("\"{}\" names no key of a file: give its name, or with its provider, as aescbc/key1", text));
}

std::string display(const KeyName& key) {
  return key.provider ? fmt::format("{}/{}", type_name(*key.provider), key.name) : key.name;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace kencrypt::config
