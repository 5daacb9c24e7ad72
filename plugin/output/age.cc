#include "output/age.h"

#include <fmt/format.h>

namespace kencrypt::output {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kYear = 365 * kDay;

struct Unit {
  std::int64_t seconds;
  char letter;
};

constexpr Unit kSeconds{1, 's'}, kMinutes{kMinute, 'm'}, kHours{kHour, 'h'}, kDays{kDay, 'd'},
    kYears{kYear, 'y'};

// Below `limit` seconds a duration is shown in `major`, and if there is a `minor`, the rest in
// that.
struct Step {
  std::int64_t limit;
  Unit major;
  std::optional<Unit> minor;
};

constexpr Step kSteps[] = {
    {2 * kMinute, kSeconds, std::nullopt}, {10 * kMinute, kMinutes, kSeconds},
    {3 * kHour, kMinutes, std::nullopt},   {8 * kHour, kHours, kMinutes},
    {48 * kHour, kHours, std::nullopt},    {8 * kDay, kDays, kHours},
    {2 * kYear, kDays, std::nullopt},      {8 * kYear, kYears, kDays},
};

std::string shown(std::int64_t seconds, const Step& step) {
  std::string text = fmt::format("{}{}", seconds / step.major.seconds, step.major.letter);
  if (!step.minor) return text;
  const std::int64_t rest = seconds % step.major.seconds / step.minor->seconds;
  return rest == 0 ? text : text + fmt::format("{}{}", rest, step.minor->letter);
}

}  // namespace

std::string human_duration(std::chrono::nanoseconds duration) {
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  for (const Step& step : kSteps)
    if (seconds < step.limit) return shown(seconds, step);
  return shown(seconds, {0, kYears, std::nullopt});
}

std::string age(std::optional<WallTime> since, WallTime now) {
  return since ? human_duration(now - *since) : "<unknown>";
}

}  // namespace kencrypt::output
