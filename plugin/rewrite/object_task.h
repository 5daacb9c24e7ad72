// What happens to one object, as a state machine without IO: which request comes next, and what a
// reply to it means.
//
//   PUT ── 2xx ─► rewritten or unchanged        404 ─► gone, if it was ever seen
//    ▲ └── 409 ─► GET ─► PUT again              429, 5xx with Retry-After, lost ─► wait, same again
//    └──────────────────┘                       401 ─► the run ends      the rest ─► failed
//
// The semantics are those of kubernetes-sigs/kube-storage-version-migrator pkg/migrator/core.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "http/message.h"
#include "kube/request.h"
#include "kube/resource.h"
#include "rewrite/report.h"

namespace kencrypt::rewrite {

// An object read for writing. `bytes` as the server sent them; empty: read it first.
struct Work {
  kube::ObjectName object;
  std::string resource_version;
  std::string_view bytes;  // belongs to a page; valid until the task is finished
};

enum class Outcome { rewritten, unchanged, gone, failed };

struct Step {
  enum class Next {
    finished,  // `outcome` says how
    send,      // send request() now
    wait,      // send request() after a while, at least `delay`
    stop_run,  // nothing will work any more: `error`
  };
  Next next = Next::finished;
  Outcome outcome = Outcome::failed;
  std::string reason;   // of a failure
  std::string message;  // of a failure
  Duration delay{};
  std::optional<Error> error;
  bool conflict = false;  // the reply was 409
};

class ObjectTask {
 public:
  ObjectTask(const kube::Resource& resource, Work work, kube::DryRun dry_run);

  const kube::ObjectName& object() const { return work_.object; }
  // The next request. Its body points into the page or into this object: neither may go before the
  // request is done.
  http::Request request() const;
  // The meaning of a whole reply to the last request. `body` may be wiped afterwards.
  Step on_reply(const http::ResponseHead& head, std::string_view body);
  // The meaning of no reply.
  Step on_lost(const Error& error);
  // How often the same request has been repeated after waiting.
  int repetitions() const { return repetitions_; }
  // The next request reads the whole object instead of writing it.
  bool reading() const { return reading_; }
  bool needs_page() const { return !work_.bytes.empty() && own_bytes_.empty(); }

  // An object under constant change is read again this often before it counts as failed: each time
  // another writer won within milliseconds.
  static constexpr int kMaxConflicts = 50;
  // With http::backoff about two and a half minutes.
  static constexpr int kMaxRepetitions = 20;

 private:
  bool was_seen() const { return !work_.resource_version.empty(); }  // in a list, or read by name
  Step on_written(std::string_view body);
  Step on_read(std::string_view body);
  Step on_conflict(const http::ResponseHead& head, std::string_view body);
  Step on_wait(std::string reason, std::string message, Duration delay);
  Step on_refused(const http::ResponseHead& head, std::string_view body);

  const kube::Resource* resource_;
  Work work_;
  kube::DryRun dry_run_;
  SecretBytes own_bytes_;  // of the object as read again
  bool reading_;
  int conflicts_ = 0;
  int repetitions_ = 0;
};

}  // namespace kencrypt::rewrite
