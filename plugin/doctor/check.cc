#include "doctor/check.h"

#include <array>

namespace kencrypt::doctor {
namespace {

constexpr std::string_view kConfig = "--config FILE";
constexpr std::string_view kManifest = "--manifest FILE";
constexpr std::string_view kPolicy = "--audit-policy FILE";
constexpr std::string_view kCluster = "a cluster that answers";
constexpr std::string_view kBoth = "--config FILE and a cluster that answers";
constexpr std::string_view kStored = "a cluster that answers, --snapshot FILE or --etcd-endpoints";
constexpr std::string_view kDatabase = "--snapshot FILE";
constexpr std::string_view kFiles = "--snapshot FILE or --wal DIR";

constexpr std::array kChecks = {
    Check{CheckId::config_unreadable, "config-unreadable", "The EncryptionConfiguration can be read",
          "An API server that cannot read its EncryptionConfiguration does not start.", kConfig},
    Check{CheckId::config_syntax, "config-syntax", "The EncryptionConfiguration is YAML or JSON, in one document",
          "An API server does not start with a file that it cannot parse, and of several documents it reads the first alone.",
          kConfig},
    Check{CheckId::config_key, "config-key", "Its keys are base64, and as long as their providers want",
          "An API server does not start with a key that it cannot decode or use.", kConfig},
    Check{CheckId::config_refused, "config-refused", "An API server takes the EncryptionConfiguration",
          "An API server does not start with a file that it refuses; one that reloads goes on with the former file, and falls "
          "behind the others.",
          kConfig},
    Check{CheckId::config_practice, "config-practice", "Nothing in it is on its way out, or easily mistaken",
          "What works today with a deprecated provider, or with names that differ by little, fails at the next upgrade or mistake.",
          kConfig},
    Check{CheckId::secrets_not_encrypted, "secrets-not-encrypted", "The EncryptionConfiguration encrypts Secrets",
          "What no rule of the file encrypts lies in etcd and in its backups as everybody can read it.", kConfig},
    Check{CheckId::identity_first, "identity-first", "The provider that writes encrypts",
          "The first provider writes: with identity in its place everything new is stored in plaintext.", kConfig},
    Check{CheckId::weak_key, "weak-key", "Keys are random, secret and of 32 bytes",
          "A key that can be guessed, or that is printed in documentation, protects nothing.", kConfig},
    Check{CheckId::repeated_key, "repeated-key", "Each key is there once, under a name of its own",
          "A rotation to the same key changes nothing, and of two keys of one name nobody can tell which one an object needs.",
          kConfig},
    Check{CheckId::key_age, "key-age", "The key that writes is not too old",
          "A key that leaked without anybody noticing opens everything that was ever written under it.", kConfig},
    Check{CheckId::file_permissions, "file-permissions", "The EncryptionConfiguration is for its owner alone, who is root",
          "Whoever reads the file has the keys.", kConfig},
    Check{CheckId::keys_beside_data, "keys-beside-data", "Keys are kept apart from the data",
          "Encryption at rest is of no use to who loses keys and backup together.", kConfig},
    Check{CheckId::manifest_unreadable, "manifest-unreadable", "The manifest of the API server can be read",
          "The kubelet runs what the manifest says, and nothing where it cannot read it.", kManifest},
    Check{CheckId::manifest_flags, "manifest-flags", "The flags about encryption in the manifest are sound",
          "An API server does not start with flags that contradict each other.", kManifest},
    Check{CheckId::manifest_mount, "manifest-mount", "The container of the API server sees the file that its flag names",
          "An API server whose container does not have the file does not start.", kManifest},
    Check{CheckId::single_file_mount, "single-file-mount", "A file that is reloaded is mounted by its directory",
          "A container goes on seeing the former file after another one was put in its place, so that a new key never arrives.",
          kManifest},
    Check{CheckId::audit_unreadable, "audit-unreadable", "The audit policy can be read",
          "An API server does not start with an audit policy that it cannot read.", kPolicy},
    Check{CheckId::audit_secret_bodies, "audit-secret-bodies", "The audit log has no contents of Secrets",
          "Every Secret that is written or read would stand in the audit log in plaintext, and wherever that is shipped to.",
          kPolicy},
    Check{CheckId::server_unreachable, "server-unreachable", "The API server answers",
          "An API server that was given a bad EncryptionConfiguration does not start.", kCluster},
    Check{CheckId::server_crashing, "server-crashing", "The Pods of the API servers run",
          "An API server that was given a bad EncryptionConfiguration ends as soon as it starts, again and again.", kCluster},
    Check{CheckId::server_not_ready, "server-not-ready", "Every API server is ready",
          "An API server that is not ready may lack a key: one that cannot read all of its objects never becomes ready.",
          kCluster},
    Check{CheckId::flag_missing, "flag-missing", "Every API server runs with an EncryptionConfiguration",
          "Without --encryption-provider-config an API server stores Secrets in plaintext, whatever files there are, and cannot "
          "read what others have encrypted.",
          kCluster},
    Check{CheckId::servers_differ, "servers-differ", "All API servers run one EncryptionConfiguration",
          "What one API server writes under a key that another one lacks cannot be read there, and it depends on chance which "
          "key an object gets.",
          kCluster},
    Check{CheckId::file_not_loaded, "file-not-loaded", "The API servers run the given file",
          "A change of the file is of no effect until every API server has loaded it: keys may be removed, and objects "
          "rewritten, too early.",
          kBoth},
    Check{CheckId::reload_failing, "reload-failing", "API servers that reload their file can",
          "The API server goes on with the former file, and does not start any more once it is restarted.", kCluster},
    Check{CheckId::kms_unhealthy, "kms-unhealthy", "KMS plugins answer",
          "Without its KMS plugin an API server cannot decrypt what it has not in memory, and after a restart nothing at all.",
          kCluster},
    Check{CheckId::kms_keys_differ, "kms-keys-differ", "All API servers use one key of each KMS plugin",
          "Plugins that name different keys may not be able to read what the others have written.", kCluster},
    Check{CheckId::etcd_quota, "etcd-quota", "etcd has room to write all Secrets again",
          "When etcd's database reaches its quota the whole cluster can be read only.", kCluster},
    Check{CheckId::undecryptable, "undecryptable", "Every object can be decrypted",
          "An object that no key opens is lost until its key is back, and one such Secret makes every list of Secrets fail.",
          kStored},
    Check{CheckId::plaintext_written, "plaintext-written", "New Secrets are encrypted",
          "What is written now is in plaintext in etcd and in its backups.", kStored},
    Check{CheckId::plaintext_left, "plaintext-left", "Nothing is left in plaintext",
          "What was there before encryption was turned on stays in plaintext until it is written again.", kStored},
    Check{CheckId::stale_left, "stale-left", "Everything is under the present key",
          "As long as objects are under a former key it cannot be removed, and who has it can read them.", kStored},
    Check{CheckId::coverage_unknown, "coverage-unknown", "It is known how everything is stored",
          "What is not known may be in plaintext.", kStored},
    Check{CheckId::secret_readers, "secret-readers", "Only those who need it may read Secrets",
          "Encryption at rest is no protection from those whom the API server lets read: for them it decrypts.", kCluster},
    Check{CheckId::snapshot_unreadable, "snapshot-unreadable", "The backup can be read, and is whole",
          "A backup that cannot be read cannot be restored.", kDatabase},
    Check{CheckId::snapshot_unverified, "snapshot-unverified", "The backup has a checksum",
          "A copy of a running etcd's file may lack objects, and nothing in it tells.", kDatabase},
    Check{CheckId::residue_plaintext, "residue-plaintext", "Nothing is left in plaintext in old revisions",
          "Who gets the file can read what was stored before, though it was encrypted or deleted since.", kFiles},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kChecks.size(); ++i)
    if (static_cast<std::size_t>(kChecks[i].id) != i) return false;
  return true;
}
static_assert(in_order() && kChecks.size() == static_cast<std::size_t>(CheckId::residue_plaintext) + 1);

}  // namespace

std::span<const Check> checks() { return kChecks; }

const Check& about(CheckId id) { return kChecks[static_cast<std::size_t>(id)]; }

}  // namespace kencrypt::doctor
