#include "kube/metrics_page.h"

#include <fmt/format.h>

#include <utility>

#include "kube/api_status.h"
#include "kube/request.h"

namespace kencrypt::kube {
namespace {

// The API server ends any request after 60 s (--request-timeout); the rest is for a slow line.
constexpr Duration kPageTimeout = std::chrono::seconds(180);
// Bounds one turn of the loop; what ends the waiting is the transport.
constexpr Duration kTurn = std::chrono::seconds(1);

// Feeds a 200's body to the reader and keeps that of any other reply, which is a Status.
class PageReceiver final : public http::Receiver {
 public:
  PageReceiver(std::vector<std::string> families, MetricsReader::Sink sink)
      : reader_(std::move(families), std::move(sink)) {}

  void on_head(const http::ResponseHead& head) override { head_ = head; }
  bool on_body(std::string_view chunk) override {
    received_ += chunk.size();
    read_ = head_.status == 200 ? take_page(chunk) : take_refusal(chunk);
    return read_.has_value();
  }
  void on_done(Result<void> outcome) override {
    outcome_ = std::move(outcome);
    done_ = true;
  }

  bool done() const { return done_; }
  Result<http::ResponseHead> finish() {
    TRY(std::move(read_));
    TRY(std::move(outcome_));
    if (head_.status != 200) return std::unexpected(to_error(parse_status(head_.status, refusal_)));
    TRY(reader_.finish());
    return std::move(head_);
  }

 private:
  Result<void> take_page(std::string_view chunk) {
    if (received_ > kMaxMetricsPage)
      return fail(ErrorKind::too_large,
                  fmt::format("the metrics page is larger than {} bytes", kMaxMetricsPage));
    return reader_.feed(chunk);
  }
  Result<void> take_refusal(std::string_view chunk) {
    if (received_ > kMaxStatusBody)
      return fail(ErrorKind::too_large,
                  fmt::format("the server's refusal (HTTP status {}) is larger "
                              "than {} bytes",
                              head_.status, kMaxStatusBody));
    refusal_ += chunk;
    return {};
  }

  MetricsReader reader_;
  std::string refusal_;
  http::ResponseHead head_;
  std::size_t received_ = 0;
  Result<void> read_;
  Result<void> outcome_;
  bool done_ = false;
};

std::unexpected<Error> explain(Error error) {
  if (error.kind == ErrorKind::forbidden)
    error.message +=
        "; the missing right is the verb get on the nonResourceURL /metrics, to be given "
        "by a ClusterRole";
  return wrap(std::move(error), "reading /metrics");
}

}  // namespace

Result<http::ResponseHead> read_metrics(http::Transport& transport, const Clock& clock,
                                        std::vector<std::string> families,
                                        MetricsReader::Sink sink) {
  PageReceiver receiver(std::move(families), std::move(sink));
  http::Request request = raw_request("/metrics", "text/plain;version=0.0.4");
  request.timeout = kPageTimeout;
  transport.start(std::move(request), receiver);
  while (!receiver.done()) transport.run_once(clock.now() + kTurn);
  auto head = receiver.finish();
  if (!head) return explain(head.error());
  return head;
}

}  // namespace kencrypt::kube
