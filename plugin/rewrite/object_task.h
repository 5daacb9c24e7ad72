// What happens to one object, as a state machine without IO: which request comes next, and what a
// reply to it means.
//
//   PUT ── 2xx ─► rewritten or unchanged        404 ─► gone, if it was ever seen
//    ▲ └── 409 ─► GET ─► PUT again              429, 5xx with Retry-After, lost ─► wait, same again
//    └──────────────────┘                       401 ─► the run ends      the rest ─► failed
//
// With Strategy::patch it is PATCH instead of PUT, and GET asks for metadata alone.
// The semantics are those of kubernetes-sigs/kube-storage-version-migrator pkg/migrator/core.go.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "http/message.h"
#include "kube/request.h"
#include "kube/resource.h"
#include "pacing/trouble.h"
#include "rewrite/report.h"
#include "rewrite/strategy.h"

namespace kencrypt::rewrite {

// An object that is to be written.
struct Work {
  std::size_t target = 0;  // index into Options::targets
  kube::ObjectName object;
  std::string uid;
  std::string resource_version;  // "" : it must be read first
  SecretBytes bytes;             // as the server sent them; empty where metadata is enough
  bool seen = false;             // a list has shown it: if it is not there, it is gone
  bool unreadable = false;       // a list has failed for it
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
  std::string reason;   // of a failure, or of a wait
  std::string message;  // of a failure, or of a wait
  Duration delay{};
  pacing::Trouble trouble = pacing::Trouble::away;  // of a wait
  std::optional<Error> error;
  bool conflict = false;  // the reply was 409
};

class ObjectTask {
 public:
  // `resource` must outlive this.
  ObjectTask(const kube::Resource& resource, Strategy strategy, Work work, kube::DryRun dry_run);

  const kube::ObjectName& object() const { return work_.object; }
  std::size_t target() const { return work_.target; }
  // The next request. Its body points into this object, which must stay until the request is done.
  http::Request request();
  // The meaning of a whole reply to the last request. `body` may be wiped afterwards. `starting`: the
  // server may have been started a moment ago, and refuses everybody until it has read its roles
  // (403 is then a reason to wait; k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac reads by informers).
  Step on_reply(const http::ResponseHead& head, std::string_view body, bool starting);
  // The meaning of no reply.
  Step on_lost(const Error& error);
  // How often the same request has been repeated after waiting.
  int repetitions() const { return repetitions_; }
  // The next request reads the object instead of writing it.
  bool reading() const { return reading_; }
  // Content in memory.
  std::size_t bytes() const { return work_.bytes.capacity(); }
  // The version that it has after it was written or left alone.
  const std::string& resource_version() const { return work_.resource_version; }

  // An object under constant change is read again this often before it counts as failed: each time
  // another writer won within milliseconds.
  static constexpr int kMaxConflicts = 50;
  // With http::backoff about two and a half minutes.
  static constexpr int kMaxRepetitions = 20;

 private:
  Step on_written(std::string_view body);
  Step on_read(std::string_view body);
  Step on_conflict();
  Step on_wait(pacing::Trouble trouble, std::string reason, std::string message, Duration delay);
  Step on_refused(const http::ResponseHead& head, std::string_view body, bool starting);

  const kube::Resource* resource_;
  Strategy strategy_;
  Work work_;
  kube::DryRun dry_run_;
  std::string patch_;  // the body of a patch
  bool reading_;
  int conflicts_ = 0;
  int repetitions_ = 0;
};

}  // namespace kencrypt::rewrite
