#include "http/deadline_transport.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace kencrypt::http {

// One request under way, between the inner transport and who wants to hear of it.
class DeadlineTransport::Watched final : public Receiver {
 public:
  Watched(DeadlineTransport& owner, RequestId id, Receiver& caller)
      : owner_(owner), id_(id), caller_(caller) {}

  void on_head(const ResponseHead& head) override { caller_.on_head(head); }
  bool on_body(std::string_view chunk) override { return caller_.on_body(chunk); }
  void on_trailers(const std::vector<Header>& trailers) override { caller_.on_trailers(trailers); }
  void on_done(Result<void> outcome) override {
    const auto self = owner_.take(id_);  // lives until the call is over
    caller_.on_done(std::move(outcome));
  }
  void end() { caller_.on_done(fail(ErrorKind::timeout, "no reply in time")); }

  std::optional<RequestId> inner_id;

 private:
  DeadlineTransport& owner_;
  RequestId id_;
  Receiver& caller_;
};

DeadlineTransport::DeadlineTransport(Transport& inner, const Clock& clock, TimePoint deadline)
    : inner_(inner), clock_(clock), deadline_(deadline) {}

DeadlineTransport::~DeadlineTransport() {
  for (const auto& [id, request] : watched_)
    if (request->inner_id) inner_.cancel(*request->inner_id);
}

RequestId DeadlineTransport::start(Request request, Receiver& receiver) {
  const RequestId id = ++last_id_;
  auto& watched = watched_[id] = std::make_unique<Watched>(*this, id, receiver);
  if (clock_.now() < deadline_) watched->inner_id = inner_.start(std::move(request), *watched);
  return id;
}

void DeadlineTransport::cancel(RequestId id) {
  const auto watched = take(id);
  if (watched && watched->inner_id) inner_.cancel(*watched->inner_id);
}

void DeadlineTransport::run_once(TimePoint until) {
  if (clock_.now() < deadline_) inner_.run_once(std::min(until, deadline_));
  if (clock_.now() >= deadline_) end_all();
}

// Of now: a receiver that starts another one hears of that in the next turn.
void DeadlineTransport::end_all() {
  std::vector<RequestId> ids;
  for (const auto& [id, request] : watched_) ids.push_back(id);
  for (const RequestId id : ids) {
    const auto watched = take(id);
    if (!watched) continue;  // cancelled by a receiver before it
    if (watched->inner_id) inner_.cancel(*watched->inner_id);
    watched->end();
  }
}

std::unique_ptr<DeadlineTransport::Watched> DeadlineTransport::take(RequestId id) {
  auto node = watched_.extract(id);
  return node.empty() ? nullptr : std::move(node.mapped());
}

}  // namespace kencrypt::http
