#include "output/progress.h"

#include <ostream>
#include <utility>

#include "base/text.h"
#include "output/printable.h"

namespace kencrypt::output {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDrawEvery = 100ms;
constexpr Duration kLineEvery = 10s;
constexpr std::uint64_t kLinePercent = 10;
constexpr Duration kLinePause = 2s;  // short work leaves one line in a log, not ten
constexpr std::size_t kUsualColumns = 80;  // of a terminal that does not say

constexpr std::string_view kLineBegin = "\r";
constexpr std::string_view kEraseToEnd = "\x1b[K";  // ECMA-48 EL

}  // namespace

ProgressStyle progress_style(bool is_terminal, std::string_view term) {
  return is_terminal && term != "dumb" ? ProgressStyle::in_place : ProgressStyle::lines;
}

Progress::Progress(std::ostream& out, const Clock& clock, ProgressStyle style, Columns columns)
    : out_(&out), clock_(&clock), style_(style), columns_(std::move(columns)) {}

void Progress::begin(std::string_view what, std::optional<std::uint64_t> total) {
  finish();
  figures_ = {.what = printable(what), .total = total, .state = {}, .per_second = {}};
  rate_ = {};
  rate_.add(clock_->now(), 0);
  shown_.reset();
  last_ = clock_->now();
  shown_percent_ = 0;
  active_ = true;
}

void Progress::update(const ProgressState& state) {
  if (!active_) return;
  figures_.state = state;
  rate_.add(clock_->now(), state.done);
  figures_.per_second = rate_.per_second();
  if (is_due()) show();
}

bool Progress::is_due() const {
  const Duration since = clock_->now() - *last_;
  switch (style_) {
    case ProgressStyle::in_place:
      return !shown_ || since >= kDrawEvery;
    case ProgressStyle::lines:
      return since >= kLineEvery ||
             (since >= kLinePause &&
              percent_done(figures_).value_or(0) / kLinePercent > shown_percent_ / kLinePercent);
    case ProgressStyle::silent:
      break;
  }
  return false;
}

void Progress::show() {
  if (style_ == ProgressStyle::in_place)
    draw();
  else
    *out_ << progress_text(figures_) << '\n' << std::flush;
  shown_ = figures_.state;
  last_ = clock_->now();
  shown_percent_ = percent_done(figures_).value_or(0);
}

void Progress::draw() {
  const std::size_t known = columns_ ? columns_() : 0;
  const std::size_t columns = known == 0 ? kUsualColumns : known;
  // One column less: in the last one the cursor may already count as wrapped.
  *out_ << kLineBegin << cut_to_width(progress_text(figures_), columns - 1) << kEraseToEnd
        << std::flush;
}

void Progress::note(std::string_view text) {
  const bool has_line = active_ && style_ == ProgressStyle::in_place && shown_;
  if (has_line) *out_ << kLineBegin << kEraseToEnd;
  for (const std::string_view line : split(text, '\n')) *out_ << printable(line) << '\n';
  *out_ << std::flush;
  if (has_line) draw();
}

void Progress::finish() {
  if (!std::exchange(active_, false) || style_ == ProgressStyle::silent) return;
  const bool was_used = shown_ || figures_.state != ProgressState{};
  if (was_used && shown_ != figures_.state) show();
  if (was_used && style_ == ProgressStyle::in_place) *out_ << '\n' << std::flush;
}

}  // namespace kencrypt::output
