// The read-only census: how the objects of each namespace are stored, measured through the API alone.
//
// Names are listed as metadata. Then /metrics is read, the objects of one namespace are read by name (as
// metadata; the replies are dropped), /metrics is read again, and so on; one reading serves as the end of
// a window and the beginning of the next. What a window proves is in window.h. A window with noise, or a
// void one, is repeated up to kWindowAttempts times; what is still not exact is split in halves, as far as
// kExtraScrapes allow. Nothing is written, and no object's data is asked for.
//
// Where there are many small namespaces, several are first read in one window: if that shows, exactly, one
// and the same key for all, it holds for each of them. Else they are measured one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "census/write_key.h"
#include "coverage/coverage.h"
#include "encryption/encryption_config.h"
#include "http/transport.h"
#include "kube/name_list.h"
#include "kube/resource.h"

namespace kencrypt::census {

// Other clients' reads come in bursts; three tries mostly find a gap or show that there is none.
inline constexpr std::size_t kWindowAttempts = 3;
// A metrics page costs the server some 50 ms and the line some MiB; this bounds it for each window of
// kWindowObjects.
inline constexpr std::size_t kExtraScrapes = 16;
// A larger namespace is measured in several windows, so that each lasts about a second and what spoils
// one does not spoil all.
inline constexpr std::size_t kWindowObjects = 2000;

// Namespaces read in one window: so many at first, twice as many after a success, half after a failure,
// which has cost the reads twice. With fewer than the least it is not worth trying.
inline constexpr std::size_t kFirstGroup = 16;
inline constexpr std::size_t kSmallestGroup = 8;

struct CensusOptions {
  kube::Resource resource = kube::secrets_resource();
  kube::Selection selection;
  // The user's EncryptionConfiguration for the same resource, or null. Must outlive the run.
  const encryption::EncryptionConfig* config = nullptr;
  std::size_t in_flight = 32;  // reads at a time
  // Objects settled so far and in all; never goes back. May be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct CensusResult {
  std::vector<coverage::NamespaceCount>
      namespaces;                          // by name; cluster-scoped resources have one, named ""
  WriteEvidence evidence;                  // for decide_write_key()
  // Why /metrics could not be read (any more): forbidden names the missing right. The totals are right
  // all the same, the rest is unmeasured.
  std::optional<Error> metrics_error;
};

// Takes the census, driving `transport`, which must hold at most one connection at a time
// (CurlOptions::max_connections = 1): else reads may reach another API server unnoticed. Errors: those of
// listing the names.
Result<CensusResult> run_census(http::Transport& transport, const Clock& clock,
                                const CensusOptions& options);

}  // namespace kencrypt::census
