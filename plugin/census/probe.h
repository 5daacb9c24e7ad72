// One window after the other over sets of objects: reads them, scrapes, and says what that proves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "census/measurement.h"
#include "census/name_table.h"
#include "census/object_reads.h"
#include "census/scrape.h"
#include "census/window.h"
#include "census/write_key.h"
#include "control_plane/server_page.h"
#include "encryption/encryption_config.h"
#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::census {

// The most objects of one window: it lasts some seconds then, so that what spoils one (a lost
// connection, other clients' reads) does not spoil minutes of work, and its two scrapes of some 50
// ms do not count.
inline constexpr std::size_t kWindowObjects = 20'000;
// The fewest, where connections do not last: a server with --goaway-chance ends one after a
// thousand requests or so.
inline constexpr std::size_t kSmallestWindow = 100;
// Other clients' reads come in bursts; three tries mostly find a gap or show that there is none.
inline constexpr std::size_t kWindowAttempts = 3;

struct ProbeOptions {
  kube::Resource resource = kube::secrets_resource();
  // The user's EncryptionConfiguration for the same resource, or null.
  const encryption::EncryptionConfig* config = nullptr;
  // The API server itself stores the resource, as its APIServices say. Of the core group it always
  // does.
  bool stored_here = false;
  ReadLimits limits;
};

// What one window has shown.
struct Probed {
  WindowResult window;
  ReadTally tally;
  bool reconnected = false;  // a smaller window may fit between two connections

  Measurement measurement() const { return from_window(window, tally); }
};

// How often a window may be repeated. One that met the server's own consistency check, which comes
// every few minutes and reads everything, is repeated for nothing, unless that keeps happening.
class Attempts {
 public:
  explicit Attempts(std::size_t most) : left_(most) {}
  // Counts one that was made; whether another one may follow.
  bool another(const Probed& probed) {
    if (probed.window.checked && free_ > 0)
      --free_;
    else
      --left_;
    return left_ > 0;
  }

 private:
  std::size_t left_;  // at least 1 at first
  std::size_t free_ = 2;
};

class Probe {
 public:
  // All must outlive it. The transport must hold one connection at a time.
  Probe(http::Transport& transport, const Clock& clock, const ProbeOptions& options);

  // Reads `names`, not more than window_limit(), and scrapes; one scrape ends a window and begins
  // the next. `progress` as for ObjectReader. Not to be called when hopeless().
  Probed take(NameRange names, const std::function<void(std::uint64_t)>& progress);

  // At present.
  std::size_t window_limit() const { return window_limit_; }

  // The reason why no further window can tell anything, a sentence; nullopt: it may.
  std::optional<std::string> hopeless() const;
  // Reads may have reached other servers: what looked exact before may have been chance.
  bool spread() const { return spread_; }

  const WriteEvidence& evidence() const { return evidence_; }
  const std::optional<Error>& metrics_error() const { return error_; }
  // What the checks of the control plane need, as of the first scrape; nullopt if there was none.
  const std::optional<control_plane::ServerPage>& page() const { return page_; }
  const kube::Resource& resource() const { return options_.resource; }

 private:
  WindowResult close_window(const ReadTally& tally);
  WindowResult conclude(const ReadTally& tally, const Scrape& after) const;
  std::optional<Scrape> scrape();
  Result<Scrape> scrape_once();
  void resize(const Probed& probed);

  http::Transport& transport_;
  const Clock& clock_;
  const ProbeOptions& options_;
  ObjectReader reader_;
  std::optional<Scrape> before_;  // the scrape that the next window begins with
  std::size_t window_limit_ = kWindowObjects;
  WriteEvidence evidence_;
  std::optional<control_plane::ServerPage> page_;
  std::optional<Error> error_;
  std::string lasting_;  // why no window of this server has a claim; "" : unknown
  bool spread_ = false;
};

}  // namespace kencrypt::census
