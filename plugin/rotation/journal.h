// The memory of a change of keys that is under way: what it is about, and which versions of the configuration file it has
// made or was about to make. It holds hashes and names, and nothing of a key.
//
// A version's hash is on the disk before the version is, so that after a kill the file's own hash says whether the change
// was made. Nothing in here is believed for more than that.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::rotation {

enum class Operation { enable, rotate, disable };

// "enable", "rotate", "disable".
std::string_view operation_name(Operation operation);

// Of the configuration file, in the order in which it has them.
enum class Version {
  start,     // as it was
  added,     // what is to write reads
  promoted,  // it writes
  final,     // what wrote before is gone; `enable` has none
};

inline constexpr std::size_t kVersions = 4;

// "start", "added", "promoted", "final".
std::string_view version_name(Version version);

// A version that exists, or was about to.
struct KnownVersion {
  std::string hash;     // sha256_label of the file; "" where there was no file
  std::string outline;  // what it says, without a key: outline()
  friend bool operator==(const KnownVersion&, const KnownVersion&) = default;
};

struct Journal {
  Operation operation = Operation::rotate;
  std::string began{};                      // RFC 3339
  std::string new_key{};                    // its name, or that of a KMS; "" for `disable`
  std::string provider{};                   // where it goes: "secretbox", "kms"; "": to the one that has keys already
  std::string kms_endpoint{};               // of a KMS
  std::vector<std::string> resources{};     // what a new file is to encrypt; empty where there is one
  std::vector<std::string> old_keys{};      // as `status` calls them: "aescbc/key1", "kmsv2/vault"
  std::array<std::optional<KnownVersion>, kVersions> versions{};
  // Hosts of the API servers that were ever seen, by their IDs: none may be away when something is concluded about all.
  std::map<std::string, std::string> servers{};
  bool rewritten = false;                   // everything, after the new key wrote everywhere
  std::string proven{};                     // when the last proof that the old keys may go was seen; "" : never
  std::string archive{};                    // where the old keys are kept; "": nowhere yet

  std::optional<KnownVersion>& at(Version version) { return versions[static_cast<std::size_t>(version)]; }
  const std::optional<KnownVersion>& at(Version version) const { return versions[static_cast<std::size_t>(version)]; }
  // The last version that has this hash; nullopt: none.
  std::optional<Version> version_of(std::string_view hash) const;
  friend bool operator==(const Journal&, const Journal&) = default;
};

// A journal has hundreds of bytes, and a line for each entry of the configuration.
inline constexpr std::size_t kMaxJournal = 1U << 20;

std::string write_journal(const Journal& journal);

// Errors: config, for what no version of this program has written, or a later one; nothing of it is quoted.
Result<Journal> parse_journal(std::string_view text);

}  // namespace kencrypt::rotation
