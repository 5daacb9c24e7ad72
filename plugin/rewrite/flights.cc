#include "rewrite/flights.h"

#include <fmt/format.h>

#include <utility>

namespace kencrypt::rewrite {

class Flight final : public http::Receiver {
 public:
  Flight(Flights& flights, std::unique_ptr<RunningTask> running, std::size_t limit)
      : task(std::move(running)), flights_(flights), limit_(limit) {}

  void on_head(const http::ResponseHead& received) override { head = received; }
  bool on_body(std::string_view chunk) override {
    overflow = body.size() + chunk.size() > limit_;
    if (!overflow) body.append(chunk);
    return !overflow;
  }
  void on_done(Result<void> outcome) override { flights_.land(*this, std::move(outcome)); }
  std::size_t limit() const { return limit_; }

  std::unique_ptr<RunningTask> task;  // null: this is a page
  http::RequestId id = 0;
  std::list<std::unique_ptr<Flight>>::iterator place;
  http::ResponseHead head;
  SecretBytes body;
  bool overflow = false;

 private:
  Flights& flights_;
  std::size_t limit_;
};

Flights::Flights(http::Transport& transport, FlightListener& listener)
    : transport_(transport), listener_(listener) {}

Flights::~Flights() { cancel_all(); }

void Flights::start_page(http::Request request, std::size_t byte_limit) {
  launch(std::make_unique<Flight>(*this, nullptr, byte_limit), std::move(request));
}

void Flights::start_object(std::unique_ptr<RunningTask> task) {
  ++objects_;
  http::Request request = task->state.request();
  const std::size_t limit = task->state.reading() ? kMaxObjectBytes : kMaxMetadataBytes;
  launch(std::make_unique<Flight>(*this, std::move(task), limit), std::move(request));
}

void Flights::launch(std::unique_ptr<Flight> flight, http::Request request) {
  Flight& launched = *flight;
  flights_.push_front(std::move(flight));
  launched.place = flights_.begin();
  launched.id = transport_.start(std::move(request), launched);
}

void Flights::land(Flight& flight, Result<void> outcome) {
  const std::unique_ptr<Flight> landed = std::move(*flight.place);
  flights_.erase(flight.place);
  Result<http::ResponseHead> head = std::move(landed->head);
  if (!outcome) head = std::unexpected(std::move(outcome).error());
  if (!landed->task) return listener_.on_page(std::move(head), std::move(landed->body), landed->overflow);
  --objects_;
  if (landed->overflow)
    head = fail(ErrorKind::too_large,
                fmt::format("the server's reply is larger than {} bytes, the most that is read",
                            landed->limit()));
  listener_.on_object(std::move(landed->task), std::move(head), landed->body);
}

void Flights::cancel_all() {
  for (const auto& flight : flights_) transport_.cancel(flight->id);
  flights_.clear();
  objects_ = 0;
}

}  // namespace kencrypt::rewrite
