// An API server with its etcd in memory, behind http::Transport: pages, replace calls, resourceVersions,
// staleness, and whatever faults a test asks for. Time is a FakeClock that it moves itself, so a run that
// waits for minutes takes microseconds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "fake_clock.h"
#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::fakes {

struct StoredObject {
  std::string payload;
  std::uint64_t revision = 0;
  bool stale = false;  // stored under another key than the write key
  bool unreadable = false;  // the server lacks its key
  int writes = 0;      // times it was stored anew by a replace call
};

enum class Fault {
  none,
  throttled,      // 429 with Retry-After: 1, a text body as API Priority and Fairness sends it
  unavailable,    // 503 Status
  lost_before,    // the connection breaks, nothing was done
  lost_after,     // the connection breaks after the server did it
  etcd_busy,      // 500: etcd did not answer in time, nothing was done
  etcd_late,      // the same, but etcd does it all the same
  kms_away,       // 500: the KMS plugin cannot be reached, nothing was done
  expired,        // 410, with a token to go on with where there was one
  expired_bare,   // 410 without a token
  forbidden,      // 403
  internal,       // 500 without Retry-After, as a failing webhook gives
  unauthorized,   // 401
  garbage,        // 200 with a body that is no Kubernetes object
  foreign_404,    // 404 with an HTML page
};

class FakeCluster final : public http::Transport {
 public:
  FakeCluster(FakeClock& clock, std::uint32_t seed) : clock_(clock), random_(seed) {}

  void add(const kube::ObjectName& name, std::string payload, bool stale = true);
  // Another client writes: new payload, current key.
  void write(const kube::ObjectName& name, std::string payload);
  void remove(const kube::ObjectName& name) { objects_.erase(name); }
  std::map<kube::ObjectName, StoredObject>& objects() { return objects_; }
  std::size_t stale_objects() const;
  // Whether a list names all unreadable objects of a page (since 1.37) or the first.
  bool names_all_unreadable = true;
  // Serves about half of what is on its way and forgets all of it: the client has died.
  void lose_client();

  // Called for each request just before it is served; what it returns happens instead.
  std::function<Fault(const http::Request&)> fault = [](const http::Request&) { return Fault::none; };
  // Replies to requests for these paths, whatever follows a '?'; faults come first.
  struct Document {
    int status = 200;
    std::string body;
  };
  std::map<std::string, Document, std::less<>> documents;
  // Called before each request is served, for concurrent writers.
  std::function<void()> meanwhile = [] {};
  Duration latency = std::chrono::milliseconds(5);  // of a reply; up to twice that, by the seed

  // What was seen.
  std::size_t most_in_flight = 0;
  std::size_t puts = 0;
  std::size_t patches = 0;
  std::size_t gets = 0;
  std::size_t content_bytes = 0;  // of objects in replies, without their metadata
  std::size_t lists = 0;
  std::size_t altered_bodies = 0;  // replace calls whose bytes were not what was sent out for that version
  std::size_t puts_without_version = 0;
  std::vector<std::string> targets;  // of all requests, if keep_targets
  bool keep_targets = false;

  http::RequestId start(http::Request request, http::Receiver& receiver) override;
  void cancel(http::RequestId id) override;
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override { return 1; }
  std::size_t in_flight() const { return pending_.size(); }

 private:
  struct Pending {
    http::RequestId id;
    http::Request request;
    http::Receiver* receiver;
    TimePoint due;
  };
  struct Reply {
    int status = 200;
    std::string body;
    std::optional<std::string> retry_after;
    bool lost = false;
  };
  Reply serve(const http::Request& request);
  Reply apply(const http::Request& request);
  Reply list(const http::Request& request);
  Reply get(const kube::ObjectName& name, const http::Request& request);
  Reply cannot_read(const std::vector<kube::ObjectName>& names) const;
  Reply put(const kube::ObjectName& name, const http::Request& request);
  Reply patch(const kube::ObjectName& name, const http::Request& request);
  Reply store(const kube::ObjectName& name, const http::Request& request);
  std::string reply_of(const http::Request& request, const kube::ObjectName& name);
  Reply expired(const http::Request& request, bool with_token);
  void deliver(Pending pending, const Reply& reply);

  FakeClock& clock_;
  std::minstd_rand random_;
  std::map<kube::ObjectName, StoredObject> objects_;
  std::vector<Pending> pending_;
  http::RequestId last_id_ = 0;
  std::uint64_t revision_ = 100;
};

}  // namespace kencrypt::fakes
