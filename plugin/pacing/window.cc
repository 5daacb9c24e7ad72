#include "pacing/window.h"

#include <algorithm>

namespace kencrypt::pacing {
namespace {

constexpr double kStart = 8;  // small enough not to hurt a server that is already busy
// A round is long enough for its mean to mean something.
constexpr double kRoundsOfLimit = 2;
constexpr Duration kShortestRound = std::chrono::milliseconds(100);
// Doubling ends when a round was not at least this much faster than the one before.
constexpr double kWorthGrowing = 1.1;
// Twice what the queue explains, and some for the noise of a short latency.
constexpr double kTooSlow = 2;
constexpr double kNoise = 0.02;  // seconds
constexpr double kNearBarred = 0.9;
constexpr Duration kProbe = std::chrono::seconds(1);

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

Window::Window(std::size_t ceiling)
    : ceiling_(static_cast<double>(ceiling)),
      limit_(std::min(kStart, ceiling_)),
      barred_(2 * ceiling_) {}

void Window::on_success(TimePoint now, Duration latency) {
  if (!in_round_) begin_round(now);
  ++replies_;
  latency_sum_ += seconds(latency);
  grow(now);
  if (replies_ >= kRoundsOfLimit * limit_ && now - round_began_ >= kShortestRound) end_round(now);
}

void Window::grow(TimePoint now) {
  if (limit_ >= kNearBarred * barred_) {
    if (now - last_probe_ < kProbe) return;
    last_probe_ = now;
    limit_ += 1;
    barred_ = std::max(barred_, limit_);
  } else {
    limit_ += starting_ ? 1.0 : 1.0 / limit_;
  }
  limit_ = std::min(limit_, ceiling_);
}

void Window::begin_round(TimePoint now) {
  in_round_ = true;
  round_began_ = now;
  replies_ = latency_sum_ = 0;
}

void Window::end_round(TimePoint now) {
  const double rate = replies_ / seconds(now - round_began_);
  const double latency = latency_sum_ / replies_;
  begin_round(now);
  const double explained = best_rate_ > 0 ? std::max(least_latency_, limit_ / best_rate_) : latency;
  if (latency > kTooSlow * explained + kNoise) {
    halve();
    best_rate_ = rate;  // this is the server's pace now
    least_latency_ = latency;
    last_rate_ = 0;
    return;
  }
  if (starting_ && last_rate_ > 0 && rate < kWorthGrowing * last_rate_) starting_ = false;
  last_rate_ = rate;
  best_rate_ = std::max(best_rate_, rate);
  least_latency_ = std::min(least_latency_, latency);
}

void Window::on_trouble(TimePoint now, Duration delay, Trouble trouble) {
  if (now >= hold_until_) {
    if (trouble == Trouble::busy) {
      barred_ = limit_;
      last_probe_ = now;
    }
    halve();
  }
  in_round_ = false;  // what is on its way now says nothing about a server at ease
  hold_until_ = std::max(hold_until_, now + delay);
}

void Window::halve() {
  limit_ = std::max(1.0, limit_ / 2);
  starting_ = false;
}

}  // namespace kencrypt::pacing
