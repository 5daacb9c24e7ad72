#include "encryption/config_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <optional>
#include <streambuf>
#include <utility>

#include "base/base64.h"
#include "encryption/decrypt.h"

namespace kencrypt::encryption {
namespace {

constexpr std::string_view kApiVersion = "apiserver.config.k8s.io/v1";
constexpr std::string_view kKind = "EncryptionConfiguration";
// Nodes that are wiped: more than 1 MiB of text has, unless aliases repeat them.
constexpr std::size_t kMaxWiped = 1U << 20;

// Everything below reports through it; the position is all that may be quoted.
std::unexpected<Error> wrong(const YAML::Node& node, std::string_view what) {
  return fail(ErrorKind::config, fmt::format("not an EncryptionConfiguration: line {}: {}",
                                             node.Mark().line + 1, what));
}

// A plain string in a mapping, or nullopt.
std::optional<std::string> text_in(const YAML::Node& map, const char* field) {
  const YAML::Node node = map[field];
  if (!node.IsDefined() || !node.IsScalar()) return std::nullopt;
  return node.Scalar();
}

// The tree's copy of a scalar: Scalar() shows it as constant, but it is not.
void wipe_scalar(const YAML::Node& node) {
  auto& text = const_cast<std::string&>(node.Scalar());
  wipe(text.data(), text.size());
}

// Wipes all that is in a tree when it goes out of use. The order does not matter; an alias is met
// again and wiped again.
class TreeWiper {
 public:
  explicit TreeWiper(const YAML::Node& root) : root_(root) {}
  TreeWiper(const TreeWiper&) = delete;
  TreeWiper& operator=(const TreeWiper&) = delete;
  ~TreeWiper() {
    std::vector<YAML::Node> waiting = {root_};
    for (std::size_t met = 0; met < kMaxWiped && !waiting.empty(); ++met) {
      const YAML::Node node = waiting.back();
      waiting.pop_back();
      if (node.IsScalar()) wipe_scalar(node);
      add_children(node, waiting);
    }
  }

 private:
  static void add_children(const YAML::Node& node, std::vector<YAML::Node>& waiting) {
    if (node.size() > kMaxWiped - std::min(kMaxWiped, waiting.size())) return;
    for (const auto& child : node) {
      if (node.IsSequence()) waiting.push_back(child);
      if (node.IsMap()) waiting.push_back(child.first);
      if (node.IsMap()) waiting.push_back(child.second);
    }
  }
  YAML::Node root_;
};

// Go's base64 passes over line breaks, but over no blanks.
Result<SecretBytes> decode_secret(const YAML::Node& node, Provider provider) {
  if (!node.IsScalar()) return wrong(node, "a key's secret is no text");
  const std::string& text = node.Scalar();
  if (text.find_first_of(" \t") != std::string::npos)
    return wrong(node, "a key's secret is not valid base64");
  auto secret = decode_base64(text);
  if (!secret) return wrong(node, "a key's secret is not valid base64");
  if (!fits_provider(provider, secret->size()))
    return wrong(node, provider == Provider::secretbox ? "a secretbox key must have 32 bytes"
                                                       : "an AES key must have 16, 24 or 32 bytes");
  return secret;
}

class EntryReader {
 public:
  explicit EntryReader(KeyBytes key_bytes) : key_bytes_(key_bytes) {}

  Result<std::vector<ConfigEntry>> read(const YAML::Node& root) {
    if (!root.IsMap() || text_in(root, "kind") != kKind ||
        text_in(root, "apiVersion") != kApiVersion)
      return wrong(root, fmt::format("kind {} of apiVersion {} expected", kKind, kApiVersion));
    const YAML::Node list = root["resources"];
    if (!list.IsDefined() || !list.IsSequence())
      return wrong(root, "the list `resources` is missing");
    std::vector<ConfigEntry> entries;
    for (const YAML::Node& node : list) {
      TRY_ASSIGN(auto entry, read_entry(node));
      entries.push_back(std::move(entry));
    }
    return entries;
  }

 private:
  Result<void> count(const YAML::Node& node) {
    if (++items_ > kMaxConfigItems)
      return wrong(node,
                   fmt::format("more than {} resources, providers and keys", kMaxConfigItems));
    return {};
  }

  Result<NamedKey> read_key(const YAML::Node& node, Provider provider) {
    TRY(count(node));
    auto name = node.IsMap() ? text_in(node, "name") : std::nullopt;
    if (!name || name->empty()) return wrong(node, "a key has no name");
    NamedKey key{*std::move(name), {}};
    if (key_bytes_ == KeyBytes::leave) return key;
    const YAML::Node secret = node["secret"];
    if (!secret.IsDefined()) return wrong(node, "a key has no secret");
    TRY_ASSIGN(key.secret, decode_secret(secret, provider));
    return key;
  }

  Result<ProviderKeys> read_keys(const YAML::Node& body, Provider provider) {
    const YAML::Node keys = body.IsMap() ? body["keys"] : YAML::Node();
    if (!keys.IsDefined() || !keys.IsSequence() || keys.size() == 0)
      return wrong(body, "a provider has no keys");
    ProviderKeys read{provider, {}};
    for (const YAML::Node& node : keys) {
      TRY_ASSIGN(auto key, read_key(node, provider));
      read.keys.push_back(std::move(key));
    }
    return read;
  }

  // The default of kms.apiVersion is v1 (pkg/apis/apiserver/v1/defaults.go).
  static Result<ProviderKeys> read_kms(const YAML::Node& body) {
    auto name = body.IsMap() ? text_in(body, "name") : std::nullopt;
    if (!name || name->empty()) return wrong(body, "a kms provider has no name");
    const std::string version = text_in(body, "apiVersion").value_or("v1");
    if (version != "v1" && version != "v2")
      return wrong(body, "a kms provider's apiVersion is neither v1 nor v2");
    return ProviderKeys{version == "v1" ? Provider::kms_v1 : Provider::kms_v2,
                        {{*std::move(name), {}}}};
  }

  Result<ProviderKeys> read_provider(const YAML::Node& node) {
    TRY(count(node));
    if (!node.IsMap() || node.size() != 1)
      return wrong(node, "a provider must be exactly one of the known types");
    const std::string type = node.begin()->first.Scalar();
    const YAML::Node body = node.begin()->second;
    if (type == "identity") return ProviderKeys{Provider::identity, {}};
    if (type == "kms") return read_kms(body);
    for (const Provider keyed : {Provider::aescbc, Provider::aesgcm, Provider::secretbox})
      if (type == provider_name(keyed)) return read_keys(body, keyed);
    return wrong(node, "a provider of a type that this program does not know");
  }

  Result<std::vector<kube::ResourceRule>> read_rules(const YAML::Node& list) {
    std::vector<kube::ResourceRule> rules;
    for (const YAML::Node& rule : list) {
      TRY(count(rule));
      if (!rule.IsScalar()) return wrong(rule, "a resource name is no text");
      rules.push_back(kube::parse_resource_rule(rule.Scalar()));
    }
    return rules;
  }

  Result<ConfigEntry> read_entry(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "an element of `resources` is no mapping");
    const YAML::Node rules = node["resources"];
    const YAML::Node providers = node["providers"];
    if (!rules.IsDefined() || !rules.IsSequence() || !providers.IsDefined() ||
        !providers.IsSequence())
      return wrong(node, "an element of `resources` needs the lists `resources` and `providers`");
    if (providers.size() == 0) return wrong(providers, "an empty list of providers");
    ConfigEntry entry;
    TRY_ASSIGN(entry.rules, read_rules(rules));
    for (const YAML::Node& provider : providers) {
      TRY_ASSIGN(auto one, read_provider(provider));
      entry.providers.push_back(std::move(one));
    }
    return entry;
  }

  KeyBytes key_bytes_;
  std::size_t items_ = 0;
};

// Reads from where the text is: a copy of ours would hold its keys. What std::ispanstream is for, which libc++ lacks.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only read: nothing is put back but what was there
    setg(begin, begin, begin + text.size());
  }
};

}  // namespace

Result<std::vector<ConfigEntry>> parse_config_entries(std::string_view text, KeyBytes key_bytes) {
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    const YAML::Node root = YAML::Load(stream);
    const TreeWiper wiper(root);
    return EntryReader(key_bytes).read(root);
  } catch (const YAML::Exception& error) {
    // what() may quote the text around the fault.
    return fail(ErrorKind::config,
                fmt::format("not readable as YAML: line {}", error.mark.line + 1));
  }
}

}  // namespace kencrypt::encryption
