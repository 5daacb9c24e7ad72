#include "http/observed_transport.h"

#include <utility>

namespace kencrypt::http {

// Stands between the inner transport and the receiver of one request.
class ObservedTransport::Tap final : public Receiver {
 public:
  Tap(ObservedTransport& owner, RequestId id, Receiver& receiver)
      : owner_(&owner), id_(id), receiver_(&receiver) {}
  void on_head(const ResponseHead& head) override {
    for (Observer* observer : owner_->observers_) observer->on_head(id_, head);
    receiver_->on_head(head);
  }
  bool on_body(std::string_view chunk) override { return receiver_->on_body(chunk); }
  void on_trailers(const std::vector<Header>& trailers) override { receiver_->on_trailers(trailers); }
  void on_done(Result<void> outcome) override { owner_->finish(id_, std::move(outcome)); }

  Receiver& receiver() const { return *receiver_; }
  RequestId inner_id = 0;

 private:
  ObservedTransport* owner_;
  RequestId id_;
  Receiver* receiver_;
};

ObservedTransport::ObservedTransport(Transport& inner, std::vector<Observer*> observers)
    : inner_(&inner), observers_(std::move(observers)) {}

ObservedTransport::~ObservedTransport() {
  for (const auto& [id, tap] : taps_) inner_->cancel(tap->inner_id);
}

RequestId ObservedTransport::start(Request request, Receiver& receiver) {
  const RequestId id = ++last_id_;
  for (Observer* observer : observers_) observer->on_start(id, request);
  auto& tap = taps_[id] = std::make_unique<Tap>(*this, id, receiver);
  tap->inner_id = inner_->start(std::move(request), *tap);
  return id;
}

void ObservedTransport::cancel(RequestId id) {
  const auto found = taps_.find(id);
  if (found == taps_.end()) return;
  inner_->cancel(found->second->inner_id);
  taps_.erase(found);
  for (Observer* observer : observers_) observer->on_cancel(id);
}

void ObservedTransport::finish(RequestId id, Result<void> outcome) {
  const auto tap = std::move(taps_.extract(id).mapped());  // lives until the receiver has been told
  for (Observer* observer : observers_) observer->on_done(id, outcome);
  tap->receiver().on_done(std::move(outcome));
}

}  // namespace kencrypt::http
