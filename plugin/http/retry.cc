#include "http/retry.h"

#include <algorithm>
#include <charconv>

namespace kencrypt::http {
namespace {

constexpr Duration kFirst = std::chrono::milliseconds(250);
constexpr Duration kLongest = std::chrono::seconds(10);
constexpr int kDoublings = 6;  // 250 ms * 2^6 is beyond kLongest

}  // namespace

bool is_transient(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unreachable:
    case ErrorKind::connection_lost:
    case ErrorKind::timeout:
    case ErrorKind::throttled:
    case ErrorKind::unavailable:
      return true;
    default:
      return false;
  }
}

bool asks_to_wait(const ResponseHead& head) {
  if (head.status == 429 || head.status == 503 || head.status == 504) return true;
  return head.status >= 500 && head.header("retry-after").has_value();
}

std::optional<Duration> retry_after(const ResponseHead& head) {
  const auto text = head.header("retry-after");
  if (!text) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc{} || end != text->data() + text->size() || seconds < 0) return std::nullopt;
  if (seconds > 3600) return kMaxRetryAfter;
  return std::min<Duration>(std::chrono::seconds(seconds), kMaxRetryAfter);
}

Duration backoff(int attempt, std::uint32_t random) {
  const int doublings = std::clamp(attempt - 1, 0, kDoublings);
  const Duration whole = std::min(kLongest, kFirst * (1 << doublings));
  return whole / 2 + (whole / 2) * (random % 1000) / 1000;
}

}  // namespace kencrypt::http
