#include "census/scrape.h"

#include <fmt/format.h>

#include <utility>

#include "census/metrics_text.h"
#include "census/scrape_builder.h"
#include "kube/api_status.h"
#include "kube/request.h"

namespace kencrypt::census {
namespace {

// The API server ends any request after 60 s (--request-timeout); the rest is for a slow line.
constexpr Duration kPageTimeout = std::chrono::seconds(180);
// Bounds one turn of the loop; what ends the waiting is the transport.
constexpr Duration kTurn = std::chrono::seconds(1);

// Feeds a 200's body to the reader and keeps that of any other reply, which is a Status.
class PageReceiver final : public http::Receiver {
 public:
  explicit PageReceiver(const kube::Resource& resource)
      : builder_(resource),
        reader_(ScrapeBuilder::families(), [this](const Sample& one) { return builder_.take(one); }) {}
  PageReceiver(const PageReceiver&) = delete;  // the reader refers to this
  PageReceiver& operator=(const PageReceiver&) = delete;

  void on_head(const http::ResponseHead& head) override { status_ = head.status; }
  bool on_body(std::string_view chunk) override {
    received_ += chunk.size();
    read_ = status_ == 200 ? take_page(chunk) : take_refusal(chunk);
    return read_.has_value();
  }
  void on_done(Result<void> outcome) override {
    outcome_ = std::move(outcome);
    done_ = true;
  }

  bool done() const { return done_; }
  Result<Scrape> finish() {
    TRY(std::move(read_));
    TRY(std::move(outcome_));
    if (status_ != 200)
      return std::unexpected(kube::to_error(kube::parse_status(status_, refusal_)));
    TRY(reader_.finish());
    return builder_.finish();
  }

 private:
  Result<void> take_page(std::string_view chunk) {
    if (received_ > kMaxMetricsPage)
      return fail(ErrorKind::too_large,
                  fmt::format("the metrics page is larger than {} bytes", kMaxMetricsPage));
    return reader_.feed(chunk);
  }
  Result<void> take_refusal(std::string_view chunk) {
    if (received_ > kube::kMaxStatusBody)
      return fail(ErrorKind::too_large, fmt::format("the server's refusal (HTTP status {}) is larger "
                                                    "than {} bytes",
                                                    status_, kube::kMaxStatusBody));
    refusal_ += chunk;
    return {};
  }

  ScrapeBuilder builder_;
  MetricsReader reader_;
  std::string refusal_;
  int status_ = 0;
  std::size_t received_ = 0;
  Result<void> read_;
  Result<void> outcome_;
  bool done_ = false;
};

std::unexpected<Error> explain(Error error) {
  if (error.kind == ErrorKind::forbidden)
    error.message += "; the missing right is the verb get on the nonResourceURL /metrics, to be given "
                     "by a ClusterRole";
  return wrap(std::move(error), "reading /metrics");
}

}  // namespace

Result<Scrape> scrape_metrics(http::Transport& transport, const Clock& clock,
                              const kube::Resource& resource) {
  PageReceiver receiver(resource);
  http::Request request = kube::raw_request("/metrics", "text/plain;version=0.0.4");
  request.timeout = kPageTimeout;
  transport.start(std::move(request), receiver);
  while (!receiver.done()) transport.run_once(clock.now() + kTurn);
  auto scrape = receiver.finish();
  if (!scrape) return explain(scrape.error());
  scrape->connections_opened = transport.connections_opened();
  return scrape;
}

}  // namespace kencrypt::census
