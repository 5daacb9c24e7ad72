#include "config/structure.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "config/go_text.h"

namespace kencrypt::config {
namespace {

std::string fields_of(const Kms& kms) {
  const std::string size = kms.cachesize ? fmt::format("{}", *kms.cachesize) : "-";
  return fmt::format("{}\n{}\n{}\n{}\n{}", kms.api_version.view(), kms.name.view(), kms.endpoint.view(),
                     kms.timeout.view(), size);
}

PlainProvider plain(const Provider& provider) {
  PlainProvider made{provider.type, {}, provider.type == Type::kms ? fields_of(provider.kms) : ""};
  for (const Key& key : provider.keys) made.keys.push_back({std::string(key.name.view()), SecretBytes(key.secret.view())});
  return made;
}

}  // namespace

std::string plugin_name(const PlainProvider& provider) {
  const std::size_t begin = provider.kms.find('\n') + 1;  // 0 where there is none
  return provider.kms.substr(begin, provider.kms.find('\n', begin) - begin);
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
  for (const Type type : {Type::aesgcm, Type::aescbc, Type::secretbox})
    if (text.substr(0, slash) == type_name(type)) return KeyName{type, std::string(text.substr(slash + 1))};
  return fail(ErrorKind::usage,
              fmt::format("\"{}\" names no key of a file: give its name, or with its provider, as aescbc/key1", text));
}

std::string display(const KeyName& key) {
  return key.provider ? fmt::format("{}/{}", type_name(*key.provider), key.name) : key.name;
}

}  // namespace kencrypt::config
