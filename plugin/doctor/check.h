// What `doctor` looks for: one row a check.
#pragma once

#include <span>
#include <string_view>

namespace kencrypt::doctor {

// In the order in which they are reported, which is that of docs/doctor.md.
enum class CheckId {
  // The EncryptionConfiguration as a file.
  config_unreadable,
  config_syntax,
  config_key,
  config_refused,
  config_practice,
  secrets_not_encrypted,
  identity_first,
  weak_key,
  repeated_key,
  key_age,
  file_permissions,
  keys_beside_data,
  // The manifest of the API server.
  manifest_unreadable,
  manifest_flags,
  manifest_mount,
  single_file_mount,
  // The audit policy.
  audit_unreadable,
  audit_secret_bodies,
  // The API servers.
  server_unreachable,
  server_crashing,
  server_not_ready,
  flag_missing,
  servers_differ,
  file_not_loaded,
  reload_failing,
  kms_unhealthy,
  kms_keys_differ,
  etcd_quota,
  // What is stored.
  undecryptable,
  plaintext_written,
  plaintext_left,
  stale_left,
  coverage_unknown,
  // Who may read it.
  secret_readers,
  // Files of etcd.
  snapshot_unreadable,
  snapshot_unverified,
  residue_plaintext,
};

struct Check {
  CheckId id;
  std::string_view name;     // stable: programs go by it
  std::string_view summary;  // what is so where all is well; no full stop
  std::string_view why;      // why that matters, a sentence
  std::string_view needs;    // what has to be given for it: "--config FILE"
};

// All, in the order of CheckId.
std::span<const Check> checks();

const Check& about(CheckId id);

}  // namespace kencrypt::doctor
