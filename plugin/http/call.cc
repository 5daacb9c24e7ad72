#include <fmt/format.h>

#include "http/transport.h"

namespace kencrypt::http {
namespace {

// Waiting is in the hands of the transport's own timeouts; this only bounds one turn of the loop.
constexpr Duration kTurn = std::chrono::seconds(1);

class Collector final : public Receiver {
 public:
  explicit Collector(std::size_t limit) : limit_(limit) {}
  void on_head(const ResponseHead& head) override {
    response_ = Response{head, {}};
  }
  bool on_body(std::string_view chunk) override {
    too_large_ = response_.body.size() + chunk.size() > limit_;
    if (!too_large_) response_.body.append(chunk);
    return !too_large_;
  }
  void on_done(Result<void> outcome) override {
    done_ = true;
    outcome_ = std::move(outcome);
  }
  bool done() const { return done_; }
  Result<Response> take() {
    if (too_large_)
      return fail(ErrorKind::too_large,
                  fmt::format("the server's reply is larger than {} bytes, the most that is read", limit_));
    if (!outcome_) return std::unexpected(outcome_.error());
    return std::move(response_);
  }

 private:
  std::size_t limit_;
  Response response_;
  Result<void> outcome_;
  bool done_ = false;
  bool too_large_ = false;
};

}  // namespace

Result<Response> call(Transport& transport, Request request, std::size_t body_limit) {
  Collector collector(body_limit);
  transport.start(std::move(request), collector);
  while (!collector.done()) transport.run_once(std::chrono::steady_clock::now() + kTurn);
  return collector.take();
}

}  // namespace kencrypt::http
