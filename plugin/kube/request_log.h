// kubectl's -v for requests: 6 tells each request's method, URL, status and time, 7 also its
// headers, 8 also those of the reply. Bodies, which kubectl shows from 8 on, never are: they hold
// Secrets.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/log.h"
#include "http/observed_transport.h"

namespace kencrypt::kube {

// The lowest -v at which a RequestLog has anything to say.
inline constexpr int kRequestLogLevel = 6;

class RequestLog final : public http::Observer {
 public:
  // `logger` and `clock` must outlive it. `base_url` stands in front of every target.
  RequestLog(const Logger& logger, const Clock& clock, std::string base_url)
      : logger_(&logger), clock_(&clock), base_url_(std::move(base_url)) {}

  void on_start(http::RequestId id, const http::Request& request) override;
  void on_head(http::RequestId id, const http::ResponseHead& head) override;
  void on_done(http::RequestId id, const Result<void>& outcome) override;
  void on_cancel(http::RequestId id) override { flights_.erase(id); }

 private:
  struct Flight {
    std::string what;  // method and URL
    TimePoint started;
    bool has_head = false;
  };
  void log_headers(std::string_view title, const std::vector<http::Header>& headers) const;
  long long milliseconds_since(TimePoint started) const;

  const Logger* logger_;
  const Clock* clock_;
  std::string base_url_;
  std::unordered_map<http::RequestId, Flight> flights_;
};

// An Authorization value as it may be shown: its scheme if that is a known one, and "<masked>"
// (maskValue in k8s.io/client-go transport/round_trippers.go).
std::string mask_authorization(std::string_view value);

}  // namespace kencrypt::kube
