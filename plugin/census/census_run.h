// The read-only census: how the objects of each namespace are stored, measured through the API
// alone.
//
// Names are listed as metadata. Then /metrics is read, objects are read by name (as metadata; the
// replies are dropped), /metrics is read again, and so on; one reading serves as the end of a
// window and the beginning of the next. What a window proves is in window.h. Nothing is written,
// and no object's data is asked for.
//
// A /metrics page has megabytes. So a window begins with all namespaces at once, as far as
// kWindowObjects allow: if it shows, exactly, one and the same key for all, that holds for each of
// them, and two pages were enough. What is mixed is halved by namespaces (group_plan.h), a
// namespace that is mixed measured by itself: a window with noise, or a void one, up to
// kWindowAttempts times; what is still not exact is split by objects, as far as kExtraScrapes
// allow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "census/name_table.h"
#include "census/probe.h"
#include "census/write_key.h"
#include "control_plane/server_page.h"
#include "coverage/coverage.h"
#include "http/transport.h"
#include "kube/name_list.h"

namespace kencrypt::census {

// A metrics page costs the server some 50 ms and the line some MiB; this bounds it for each window
// of a namespace by itself.
inline constexpr std::size_t kExtraScrapes = 16;
// A window of several namespaces that has noise is repeated so often: a smaller one has less, and
// comes anyhow.
inline constexpr std::size_t kGroupAttempts = 2;

struct CensusOptions {
  ProbeOptions probe;
  kube::Selection selection;
  // Objects settled so far and in all; never goes back. May be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct CensusResult {
  std::vector<coverage::NamespaceCount>
      namespaces;                          // by name; cluster-scoped resources have one, named ""
  NameTable names;                         // all that were listed, in the same order
  WriteEvidence evidence;                  // for decide_write_key()
  // What the checks of the control plane need, as of the first scrape; nullopt if there was none.
  std::optional<control_plane::ServerPage> page;
  // Why /metrics could not be read (any more): forbidden names the missing right. The totals are right
  // all the same, the rest is unmeasured.
  std::optional<Error> metrics_error;
  // Something spreads the requests of one connection over several API servers, so that nothing
  // could be measured: address one of them.
  bool spread = false;
};

// Takes the census, driving `transport`, which must hold at most one connection at a time
// (CurlOptions::max_connections = 1): else reads may reach another API server unnoticed. Errors:
// those of listing the names; too_large, if there are too many.
Result<CensusResult> run_census(http::Transport& transport, const Clock& clock,
                                const CensusOptions& options);

}  // namespace kencrypt::census
