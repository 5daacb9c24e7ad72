#include "kube/request_log.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kencrypt::kube {
namespace {

constexpr int kHeaders = 7;
constexpr int kReplyHeaders = 8;

bool is_authorization(std::string_view name) { return to_lower(name) == "authorization"; }

}  // namespace

std::string mask_authorization(std::string_view value) {
  if (value.empty()) return {};
  const auto space = value.find(' ');
  const std::string scheme(value.substr(0, space));
  const std::string lower = to_lower(scheme);
  if (lower != "bearer" && lower != "basic" && lower != "negotiate") return "<masked>";
  return value.size() > scheme.size() + 1 ? scheme + " <masked>" : scheme;
}

void RequestLog::log_headers(std::string_view title,
                             const std::vector<http::Header>& headers) const {
  logger_->write(kHeaders, title);
  for (const http::Header& header : headers)
    logger_->write(kHeaders,
                   fmt::format("    {}: {}", header.name,
                               is_authorization(header.name) ? mask_authorization(header.value)
                                                             : header.value));
}

long long RequestLog::milliseconds_since(TimePoint started) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_->now() - started).count();
}

void RequestLog::on_start(http::RequestId id, const http::Request& request) {
  if (!logger_->enabled(kRequestLogLevel)) return;
  Flight& flight = flights_[id];
  flight.what = fmt::format("{} {}{}", method_name(request.method), base_url_, request.target);
  flight.started = clock_->now();
  if (!logger_->enabled(kHeaders)) return;
  logger_->write(kHeaders, flight.what);
  log_headers("Request Headers:", request.headers);
  if (request.authorization != nullptr)
    logger_->write(kHeaders,
                   "    Authorization: " + mask_authorization(request.authorization->view()));
}

void RequestLog::on_head(http::RequestId id, const http::ResponseHead& head) {
  const auto found = flights_.find(id);
  if (found == flights_.end()) return;
  found->second.has_head = true;
  const auto ms = milliseconds_since(found->second.started);
  if (!logger_->enabled(kHeaders))
    return logger_->write(kRequestLogLevel, fmt::format("{} {} in {} milliseconds",
                                                        found->second.what, head.status, ms));
  logger_->write(kHeaders, fmt::format("Response Status: {} in {} milliseconds", head.status, ms));
  if (!logger_->enabled(kReplyHeaders)) return;
  log_headers("Response Headers:", head.headers);
  logger_->write(kReplyHeaders, "Response Body: not shown at any level, since it may hold Secrets");
}

void RequestLog::on_done(http::RequestId id, const Result<void>& outcome) {
  const auto found = flights_.find(id);
  if (found == flights_.end()) return;
  if (!outcome)
    logger_->write(kRequestLogLevel,
                   fmt::format("{} {} after {} milliseconds: {}", found->second.what,
                               found->second.has_head ? "broke off" : "failed",
                               milliseconds_since(found->second.started), outcome.error().message));
  flights_.erase(found);
}

}  // namespace kencrypt::kube
