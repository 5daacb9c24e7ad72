#include "http/curl_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/curl_exchange.h"

namespace kencrypt::http {
namespace {

// Handles kept for reuse: as many as HTTP/2 streams on a connection of the API server.
constexpr std::size_t kMaxIdleHandles = 100;

class CurlTransport final : public Transport {
 public:
  CurlTransport(Endpoint endpoint, CurlOptions options, const Clock& clock)
      : endpoint_(std::move(endpoint)), options_(options), clock_(clock), multi_(curl_multi_init()) {
    if (!multi_) return;
    curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    set_max_connections(1);  // more only once HTTP/1.1 is known to be all there is
    if (!endpoint_.tls_server_name.empty())
      connect_to_.append(
          fmt::format("{}:{}:{}", endpoint_.tls_server_name, endpoint_.port, host_and_port(endpoint_)));
  }
  ~CurlTransport() override {
    for (auto& [id, exchange] : exchanges_) curl_multi_remove_handle(multi_.get(), exchange->easy());
  }
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  bool usable() const { return library_.usable() && multi_ != nullptr; }
  RequestId start(Request request, Receiver& receiver) override;
  void cancel(RequestId id) override;
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override { return connections_opened_; }

 private:
  EasyHandle take_handle();
  void set_max_connections(long count) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, count);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, count);
  }
  // Delivers what is complete; says whether anything was.
  bool deliver();
  void finish(RequestId id, CURLcode code);
  void note_connection(const Exchange& exchange);

  CurlLibrary library_;
  Endpoint endpoint_;
  CurlOptions options_;
  const Clock& clock_;
  StringList connect_to_;
  MultiHandle multi_;
  std::vector<EasyHandle> idle_;
  std::unordered_map<RequestId, std::unique_ptr<Exchange>> exchanges_;
  std::unordered_map<CURL*, RequestId> by_handle_;
  RequestId last_id_ = 0;
  std::uint64_t connections_opened_ = 0;
  bool version_known_ = false;
};

EasyHandle CurlTransport::take_handle() {
  if (!idle_.empty()) {
    EasyHandle easy = std::move(idle_.back());
    idle_.pop_back();
    return easy;
  }
  EasyHandle easy(curl_easy_init());
  configure_endpoint(easy.get(), endpoint_, connect_to_);
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(options_.connect_timeout).count();
  curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience));
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(easy.get(), CURLOPT_QUICK_EXIT, options_.quick_exit ? 1L : 0L);
#endif
  return easy;
}

RequestId CurlTransport::start(Request request, Receiver& receiver) {
  const RequestId id = ++last_id_;
  auto exchange = std::make_unique<Exchange>(take_handle(), std::move(request), receiver, endpoint_);
  by_handle_[exchange->easy()] = id;
  curl_multi_add_handle(multi_.get(), exchange->easy());
  exchanges_[id] = std::move(exchange);
  return id;
}

void CurlTransport::cancel(RequestId id) {
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return;
  note_connection(*found->second);
  curl_multi_remove_handle(multi_.get(), found->second->easy());
  by_handle_.erase(found->second->easy());
  exchanges_.erase(found);  // the handle is not reused: it may be in the middle of a reply
}

void CurlTransport::run_once(TimePoint until) {
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  if (deliver()) return;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.now()).count();
  if (wait <= 0) return;
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::min<long long>(wait, 60000)), nullptr);
  curl_multi_perform(multi_.get(), &running);
  deliver();
}

bool CurlTransport::deliver() {
  std::vector<std::pair<RequestId, CURLcode>> finished;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
    if (message->msg == CURLMSG_DONE)
      finished.emplace_back(by_handle_.at(message->easy_handle), message->data.result);
  for (const auto& [id, code] : finished) finish(id, code);
  return !finished.empty();
}

void CurlTransport::finish(RequestId id, CURLcode code) {
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return;  // cancelled by a receiver that heard of another one
  const auto exchange = std::move(found->second);
  exchanges_.erase(found);
  by_handle_.erase(exchange->easy());
  curl_multi_remove_handle(multi_.get(), exchange->easy());
  note_connection(*exchange);
  const Result<void> outcome = exchange->outcome(code, endpoint_);
  Receiver& receiver = exchange->receiver();
  if (outcome) exchange->deliver_trailers();
  EasyHandle easy = exchange->release();
  if (outcome && idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(easy));
  receiver.on_done(outcome);
}

void CurlTransport::note_connection(const Exchange& exchange) {
  connections_opened_ += exchange.new_connections();
  if (version_known_ || exchange.new_connections() == 0) return;
  version_known_ = true;
  if (!exchange.over_http2()) set_max_connections(options_.max_connections);
}

}  // namespace

Result<std::unique_ptr<Transport>> make_curl_transport(Endpoint endpoint, CurlOptions options,
                                                       const Clock& clock) {
  auto transport = std::make_unique<CurlTransport>(std::move(endpoint), options, clock);
  if (!transport->usable()) return fail(ErrorKind::config, "libcurl could not be set up");
  return transport;
}

}  // namespace kencrypt::http
