#include "census/probe.h"

#include <algorithm>
#include <utility>

#include "http/retry.h"

namespace kencrypt::census {
namespace {

// A server that just broke a connection or was too busy for /metrics is given a moment.
constexpr Duration kPause = std::chrono::seconds(1);

constexpr std::string_view kNoMetrics = "the metrics could not be read";

}  // namespace

Probe::Probe(http::Transport& transport, const Clock& clock, const ProbeOptions& options)
    : transport_(transport),
      clock_(clock),
      options_(options),
      reader_(transport, clock, options.limits) {
  before_ = scrape();
}

Probed Probe::take(NameRange names, const std::function<void(std::uint64_t)>& progress) {
  Probed probed;
  probed.tally = reader_.read(options_.resource, names, before_->connections_opened, progress);
  probed.window = close_window(probed.tally);
  probed.reconnected = !probed.tally.whole();
  resize(probed);
  return probed;
}

// A window that was too long for a connection is followed by one that would have fitted.
void Probe::resize(const Probed& probed) {
  const ReadTally& tally = probed.tally;
  if (!probed.reconnected) {
    if (tally.outcomes.size() >= window_limit_)
      window_limit_ = std::min(kWindowObjects, 2 * window_limit_);
    return;
  }
  const std::size_t done = tally.read + tally.gone + tally.failed;
  window_limit_ =
      std::clamp(done / 2, kSmallestWindow, std::max(window_limit_ / 2, kSmallestWindow));
}

std::optional<std::string> Probe::hopeless() const {
  if (!lasting_.empty()) return lasting_;
  if (error_ || !before_) return std::string(kNoMetrics);
  return std::nullopt;
}

// Scrapes, and says what happened since the last scrape.
WindowResult Probe::close_window(const ReadTally& tally) {
  if (!tally.lost.empty()) wait_until(transport_, clock_, clock_.now() + kPause);
  auto after = scrape();
  WindowResult result;
  if (after)
    result = conclude(tally, *after);
  else
    result.reason = kNoMetrics;
  before_ = std::move(after);
  if (result.spread || result.lasting) lasting_ = result.reason;
  spread_ = spread_ || result.spread;
  return result;
}

WindowResult Probe::conclude(const ReadTally& tally, const Scrape& after) const {
  if (!tally.lost.empty())
    return {.remedy = Remedy::repeat, .keys = {}, .reason = "a reply was lost: " + tally.lost};
  return measure_window({.before = *before_,
                         .after = after,
                         .reads = tally.read,
                         .resource = options_.resource,
                         .config = options_.config,
                         .stored_here = options_.stored_here});
}

Result<Scrape> Probe::scrape_once() {
  reader_.wait_for_turn();
  if (page_) return scrape_metrics(transport_, clock_, options_.resource);
  control_plane::ServerPage page;
  TRY_ASSIGN(Scrape one, scrape_metrics(transport_, clock_, options_.resource, &page));
  page_ = std::move(page);
  return one;
}

std::optional<Scrape> Probe::scrape() {
  for (std::size_t attempt = 1;; ++attempt) {
    auto one = scrape_once();
    if (one) {
      evidence_.add(*one);
      return *std::move(one);
    }
    if (attempt == kWindowAttempts || !http::is_transient(one.error().kind)) {
      error_ = std::move(one).error();
      return std::nullopt;
    }
    wait_until(transport_, clock_, clock_.now() + kPause);
  }
}

}  // namespace kencrypt::census
