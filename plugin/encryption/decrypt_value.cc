#include "encryption/decrypt_value.h"

#include <algorithm>
#include <utility>

#include "encryption/decrypt.h"
#include "encryption/stored_value.h"

namespace kencrypt::encryption {
namespace {

std::size_t places(const ProviderKeys& provider) {
  return std::max<std::size_t>(1, provider.keys.size());
}

Decryption of_plaintext(const std::vector<const ProviderKeys*>& providers) {
  std::size_t position = 0;
  for (const ProviderKeys* one : providers) {
    if (one->provider == Provider::identity) return {Outcome::not_encrypted, {}, position, {}};
    position += places(*one);
  }
  const bool any = !providers.empty();
  return {any ? Outcome::identity_not_allowed : Outcome::not_encrypted, {}, 0, {}};
}

// One value, shown to one key after the other.
class Attempts {
 public:
  Attempts(std::string_view value, std::string_view etcd_key) : value_(value), etcd_key_(etcd_key) {
    const StoredValue read = read_stored_value(value, nullptr);
    best_.under = read.under;
    if (read.shape == Shape::no_name) best_.outcome = Outcome::damaged;
  }

  // True if a key of `provider` opens the value.
  Result<bool> try_provider(const ProviderKeys& provider, std::size_t position) {
    const std::string_view prefix = stored_prefix(provider.provider);
    if (prefix.empty() || !value_.starts_with(prefix)) return false;
    const std::string_view rest = value_.substr(prefix.size());
    for (const NamedKey& key : provider.keys) {
      TRY_ASSIGN(const bool opened, try_key(provider.provider, key, rest));
      best_.position = opened ? position : 0;
      if (opened) return true;
      ++position;
    }
    return false;
  }
  Decryption take() { return std::move(best_); }

 private:
  Result<bool> try_key(Provider provider, const NamedKey& key, std::string_view rest) {
    if (!rest.starts_with(key.name) || !rest.substr(key.name.size()).starts_with(':')) return false;
    const std::string_view body = rest.substr(key.name.size() + 1);
    const StoredUnder under{provider, key.name};
    if (body_shape(provider, body) != Shape::sound) return note(Outcome::damaged, under);
    if (is_kms(provider)) return note(Outcome::needs_kms_plugin, under);
    TRY_ASSIGN(auto plain, decrypt_body(provider, key.secret.view(), body, etcd_key_));
    if (!plain) return note(Outcome::wrong_key, under);
    best_ = {Outcome::decrypts, under, 0, *std::move(plain)};
    return true;
  }

  // What says most about why nothing opens the value is kept, of equals the first.
  bool note(Outcome outcome, const StoredUnder& under) {
    if (weight(outcome) > weight(best_.outcome)) best_ = {outcome, under, 0, {}};
    return false;
  }
  static int weight(Outcome outcome) {
    if (outcome == Outcome::needs_kms_plugin) return 3;
    if (outcome == Outcome::wrong_key) return 2;
    return outcome == Outcome::damaged ? 1 : 0;
  }

  std::string_view value_;
  std::string_view etcd_key_;
  Decryption best_;
};

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::decrypts:
      return "decrypts";
    case Outcome::not_encrypted:
      return "not-encrypted";
    case Outcome::identity_not_allowed:
      return "identity-not-allowed";
    case Outcome::wrong_key:
      return "wrong-key";
    case Outcome::no_such_key:
      return "no-such-key";
    case Outcome::damaged:
      return "damaged";
    case Outcome::needs_kms_plugin:
      break;
  }
  return "needs-kms-plugin";
}

bool is_unreadable(Outcome outcome) {
  return outcome != Outcome::decrypts && outcome != Outcome::not_encrypted &&
         outcome != Outcome::needs_kms_plugin;
}

Result<Decryption> decrypt_value(std::string_view value, std::string_view etcd_key,
                                 const std::vector<const ProviderKeys*>& providers) {
  if (!claims_encryption(value)) return of_plaintext(providers);
  Attempts attempts(value, etcd_key);
  std::size_t position = 0;
  for (const ProviderKeys* one : providers) {
    TRY_ASSIGN(const bool opened, attempts.try_provider(*one, position));
    if (opened) break;
    position += places(*one);
  }
  return attempts.take();
}

}  // namespace kencrypt::encryption
