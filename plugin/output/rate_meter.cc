#include "output/rate_meter.h"

namespace kencrypt::output {
namespace {

using namespace std::chrono_literals;

constexpr Duration kWindow = 5s;
constexpr Duration kSpacing = 100ms;  // bounds the number of samples
constexpr Duration kLeastSpan = 1s;   // a shorter one says little

}  // namespace

void RateMeter::add(TimePoint now, std::uint64_t total) {
  latest_ = {now, total};
  if (samples_.empty() || now - samples_.back().at >= kSpacing) samples_.push_back(latest_);
  // The first sample stays at or just before the window's begin.
  while (samples_.size() > 1 && now - samples_[1].at >= kWindow) samples_.pop_front();
}

std::optional<double> RateMeter::per_second() const {
  if (samples_.empty()) return std::nullopt;
  const Sample& first = samples_.front();
  const Duration span = latest_.at - first.at;
  if (span < kLeastSpan) return std::nullopt;
  if (latest_.total < first.total) return 0.0;
  return static_cast<double>(latest_.total - first.total) /
         std::chrono::duration<double>(span).count();
}

}  // namespace kencrypt::output
