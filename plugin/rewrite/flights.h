// The requests under way: collects each reply and hands it over whole. It knows nothing of what a
// reply means.
#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/transport.h"
#include "rewrite/object_task.h"

namespace kencrypt::rewrite {

// The reply to a replace call is reduced to metadata: labels, annotations and managedFields, parts of an
// object that etcd takes (1.5 MiB by default), larger where JSON escapes them.
inline constexpr std::size_t kMaxMetadataBytes = 4U << 20;
// A whole object, read by name or after a conflict, is bounded like a page of one object.
inline constexpr std::size_t kMaxObjectBytes = 32U << 20;

struct RunningTask {
  explicit RunningTask(ObjectTask task) : state(std::move(task)) {}
  ObjectTask state;
  std::size_t charged = 0;  // of HeldBytes
  TimePoint sent_at{};
};

class FlightListener {
 public:
  virtual ~FlightListener() = default;
  // `overflow`: the page was larger than its limit and not read to the end.
  virtual void on_page(Result<http::ResponseHead> head, SecretBytes body, bool overflow) = 0;
  virtual void on_object(std::unique_ptr<RunningTask> task, Result<http::ResponseHead> head,
                         const SecretBytes& body) = 0;
};

class Flight;

class Flights {
 public:
  // Both must outlive this.
  Flights(http::Transport& transport, FlightListener& listener);
  ~Flights();
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  void start_page(http::Request request, std::size_t byte_limit);
  void start_object(std::unique_ptr<RunningTask> task);
  std::size_t objects() const { return objects_; }
  bool page_under_way() const { return flights_.size() > objects_; }
  // Nothing is heard of them any more.
  void cancel_all();

 private:
  friend class Flight;
  void land(Flight& flight, Result<void> outcome);
  void launch(std::unique_ptr<Flight> flight, http::Request request);

  http::Transport& transport_;
  FlightListener& listener_;
  std::list<std::unique_ptr<Flight>> flights_;
  std::size_t objects_ = 0;
};

}  // namespace kencrypt::rewrite
