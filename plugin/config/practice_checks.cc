#include "config/practice_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/sha256.h"
#include "config/go_text.h"
#include "config/key_strength.h"

namespace kencrypt::config {
namespace {

constexpr std::string_view kReplace = "add a new key with `config add-key`, and go over to it";

bool is_type(const Element& element, Type type) {
  return element.providers.size() == 1 && element.providers.front().type == type;
}

// Identity alone may be meant: it takes a resource out of a wildcard that follows.
void check_first(const Entry& entry, Findings& findings) {
  if (entry.elements.empty() || !is_type(entry.elements.front(), Type::identity)) return;
  const bool secrets = std::any_of(entry.resources.begin(), entry.resources.end(),
                                   [](const Text& name) { return name.view() == "secrets"; });
  if (entry.elements.size() == 1 && !secrets) return;
  const Element& first = entry.elements.front();
  findings.warning("identity-first", first.place, first.field,
                   "identity comes first, so what is written is not encrypted",
                   "move it to the end of the list, unless encryption is being turned off");
}

void check_strength(const Key& key, const SecretBytes& bytes, Findings& findings) {
  if (const auto sample = sample_name(bytes.view()))
    findings.warning("sample-key", key.secret.place, key.secret.field,
                     fmt::format("everybody knows this key: it is printed in {}", *sample), std::string(kReplace));
  else if (const auto weakness = weakness_of(bytes.view()))
    findings.warning("weak-key", key.secret.place, key.secret.field, fmt::format("the key is not random: {}", *weakness),
                     std::string(kReplace));
  if (bytes.size() == 16)
    findings.warning("short-key", key.secret.place, key.secret.field, "the key has 16 bytes, which is AES-128",
                     std::string(kReplace));
}

// Names are looked for in one provider, where the server has to try one key after the other; bytes in the whole file.
class KeyPractice {
 public:
  explicit KeyPractice(Findings& findings) : findings_(findings) {}

  void check(const Provider& provider) {
    std::map<std::string, const Key*, std::less<>> names;
    for (const Key& key : provider.keys) {
      check_name(names, key);
      const auto bytes = decode_go_base64(key.secret.view());
      if (!bytes || bytes->empty()) continue;
      check_strength(key, *bytes, findings_);
      check_repeated(key, *bytes);
    }
  }

 private:
  void check_name(std::map<std::string, const Key*, std::less<>>& names, const Key& key) {
    if (key.name.empty() || names.emplace(std::string(key.name.view()), &key).second) return;
    findings_.warning("repeated-key-name", key.name.place, key.name.field,
                      "another key of this provider has this name, so values do not say which one they need",
                      "give each key a name of its own; values under the old name need it to stay");
  }

  void check_repeated(const Key& key, const SecretBytes& bytes) {
    const std::string name(key.name.view());
    const auto [known, is_new] = seen_.emplace(sha256_label(bytes.view()), name);
    if (is_new || known->second == name) return;
    findings_.warning("repeated-key", key.secret.place, key.secret.field,
                      "the same key stands in the file under another name, so going from one to the other changes nothing",
                      std::string(kReplace));
  }

  Findings& findings_;
  std::map<std::string, std::string, std::less<>> seen_;  // names by the hash of the key
};

}  // namespace

void check_practice(const Model& model, Findings& findings) {
  KeyPractice keys(findings);
  for (const Entry& entry : model.entries) {
    check_first(entry, findings);
    for (const Element& element : entry.elements)
      for (const Provider& provider : element.providers) keys.check(provider);
  }
}

}  // namespace kencrypt::config
