// Which provider and key the API server writes with, as far as it can be known. Pure.
//
// A key that is wrongly taken for the write key makes old objects look covered. So the rules below name
// a key only where nothing else is possible, and each answer says what it rests on.
//
//   1. The server publishes the hash of its configuration (1.34+) and the user's file has that hash:
//      the file's first provider and its first key (k8s.io/apiserver pkg/storage/value/transformer.go,
//      TransformToStorage). A file with another hash is not the server's: no answer.
//   2. Without a file, or without a published hash to compare it with: the writes that the process has
//      counted since it began, if they name exactly one prefix and at most one key, and the
//      configuration was never reloaded since. After a reload they may name the key of before.
//   3. After a reload: the same from the writes between the first and the last scrape of this run, if
//      the configuration stayed the same meanwhile.
//
// Rules 2 and 3 need writes counted by resource (1.32+), and no metric turned off or relabelled, since
// that could hide a reload or a second key. Everything is said of the one API server that answered;
// if several did, with different configurations, there is no answer.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "census/scrape.h"
#include "coverage/coverage.h"
#include "encryption/encryption_config.h"

namespace kencrypt::census {

// What a run has seen of the servers it talked to.
struct WriteEvidence {
  // All hashes that scrapes of the run have shown; "" stands for none published.
  std::set<std::string> config_hashes;
  // All key IDs that each KMS v2 plugin has had as its present one; "" stands for one not known.
  std::map<std::string, std::set<std::string>, std::less<>> key_ids;
  std::uint64_t scrapes = 0;
  // The first and the last scrape of the run; nullopt if there was none.
  std::optional<Scrape> first;
  std::optional<Scrape> last;

  // Takes a scrape in.
  void add(const Scrape& scrape);
};

// `config` is the user's file for the same resource, or null.
coverage::WriteKey decide_write_key(const WriteEvidence& evidence,
                                    const encryption::EncryptionConfig* config);

}  // namespace kencrypt::census
