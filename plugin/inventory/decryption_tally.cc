#include "inventory/decryption_tally.h"

#include <fmt/format.h>

namespace kencrypt::inventory {

using encryption::ObjectVerdict;
using encryption::Outcome;

std::string failure_sentence(const encryption::Decryption& decryption) {
  const std::string under = encryption::display(decryption.under);
  switch (decryption.outcome) {
    case Outcome::identity_not_allowed:
      return "is stored in plaintext, which the configuration does not list (identity) for this resource";
    case Outcome::wrong_key:
      return fmt::format("is stored under {}, but the key of that name in the configuration does not open it", under);
    case Outcome::no_such_key: return fmt::format("is stored under {}, which the configuration does not have", under);
    case Outcome::damaged: return fmt::format("is stored under {}, but the value is damaged", under);
    default: return {};
  }
}

std::string_view failure_sentence(ObjectVerdict verdict) {
  switch (verdict) {
    case ObjectVerdict::not_an_object: return "can be decrypted, but is no object of Kubernetes";
    case ObjectVerdict::other_object: return "holds an object with another name or namespace than its key in etcd";
    default: return "";
  }
}

Result<void> DecryptionTally::take(const EtcdKey& object, const etcd::KeyValue& entry) {
  TRY_ASSIGN(const encryption::Decryption decryption,
             encryption::decrypt_value(entry.value, entry.key, providers_for(object)));
  ++report_.total;
  ++report_.keys[decryption.under];
  settle(object, entry, decryption);
  return {};
}

void DecryptionTally::settle(const EtcdKey& object, const etcd::KeyValue& entry,
                             const encryption::Decryption& decryption) {
  if (decryption.outcome == Outcome::needs_kms_plugin) {
    ++report_.unchecked;
    return;
  }
  if (encryption::is_unreadable(decryption.outcome))
    return fail_object(object, encryption::outcome_name(decryption.outcome), failure_sentence(decryption));
  const bool plain = decryption.outcome == Outcome::not_encrypted;
  const auto check = encryption::check_object(plain ? entry.value : decryption.plaintext.view(), entry.key);
  switch (check.verdict) {
    case ObjectVerdict::not_an_object:
      return fail_object(object, kNotAnObject, std::string(failure_sentence(check.verdict)));
    case ObjectVerdict::other_object:
      return fail_object(object, kOtherObject, std::string(failure_sentence(check.verdict)));
    default: ++report_.readable;
  }
}

void DecryptionTally::fail_object(const EtcdKey& object, std::string_view reason, std::string message) {
  ++report_.unreadable;
  if (report_.failures.size() >= kMaxNamedUnreadable) return;
  report_.failures.push_back({group_resource(object), std::string(object.name_space), std::string(object.name),
                              std::string(reason), std::move(message)});
}

const std::vector<const encryption::ProviderKeys*>& DecryptionTally::providers_for(const EtcdKey& object) {
  const auto [found, is_new] = providers_.try_emplace(group_resource(object));
  if (is_new) found->second = ring_.providers_for(object.plural, object.group);
  return found->second;
}

}  // namespace kencrypt::inventory
