#include "output/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "output/age.h"

namespace kencrypt::output {
namespace {

constexpr double kSlow = 10;          // below this a rate is shown with one decimal
constexpr double kLongestLeft = 1e8;  // seconds, three years: beyond it a forecast is noise

std::string count_text(const ProgressFigures& figures) {
  const std::uint64_t done = figures.state.done;
  if (!figures.total) return fmt::format("{}", done);
  return fmt::format("{}/{} ({}%)", done, *figures.total, *percent_done(figures));
}

std::string rate_text(double per_second) {
  return fmt::format(", {:.{}f}/s", per_second, per_second < kSlow ? 1 : 0);
}

std::string time_left_text(const ProgressFigures& figures) {
  if (!figures.total || figures.state.done >= *figures.total) return {};
  const double left = static_cast<double>(*figures.total - figures.state.done);
  if (left > kLongestLeft * *figures.per_second) return {};  // also when nothing moves
  const std::chrono::duration<double> seconds(left / *figures.per_second);
  const auto rounded_up = std::chrono::ceil<std::chrono::seconds>(seconds);
  return fmt::format(", {} left", human_duration(rounded_up));
}

}  // namespace

std::optional<std::uint64_t> percent_done(const ProgressFigures& figures) {
  if (!figures.total) return std::nullopt;
  if (figures.state.done >= *figures.total) return 100;
  return figures.state.done * 100 / *figures.total;
}

std::string progress_text(const ProgressFigures& figures) {
  std::string text = fmt::format("{}: {}", figures.what, count_text(figures));
  if (figures.per_second) text += rate_text(*figures.per_second) + time_left_text(figures);
  if (figures.state.failed > 0) text += fmt::format(", {} failed", figures.state.failed);
  if (figures.state.retried > 0) text += fmt::format(", {} retried", figures.state.retried);
  return text;
}

}  // namespace kencrypt::output
