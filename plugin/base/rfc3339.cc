#include "base/rfc3339.h"

#include <fmt/chrono.h>

#include <charconv>

namespace kencrypt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes fixed-width numbers and marks off the front of a text; once something did not fit, ok() is
// false for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }
  int number(std::size_t width, int low, int high) {
    int value = -1;
    const std::string_view digits = rest_.substr(0, width);
    if (digits.size() != width || digits.find_first_not_of("0123456789") != std::string_view::npos)
      return refuse();
    std::from_chars(digits.data(), digits.data() + width, value);
    rest_.remove_prefix(width);
    return value >= low && value <= high ? value : refuse();
  }
  void mark(char expected) {
    if (!take(expected)) refuse();
  }
  bool take(char expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_digits() {
    const auto end = rest_.find_first_not_of("0123456789");
    const std::size_t count = end == std::string_view::npos ? rest_.size() : end;
    if (count == 0) refuse();
    rest_.remove_prefix(count);
  }

 private:
  int refuse() {
    ok_ = false;
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::sys_days scan_date(Scanner& scan, bool& exists) {
  using namespace std::chrono;
  const year y(scan.number(4, 0, 9999));
  scan.mark('-');
  const month m(static_cast<unsigned>(scan.number(2, 1, 12)));
  scan.mark('-');
  const day d(static_cast<unsigned>(scan.number(2, 1, 31)));
  const year_month_day date(y, m, d);
  exists = date.ok();
  return exists ? sys_days(date) : sys_days{};
}

seconds scan_time(Scanner& scan) {
  const hours h(scan.number(2, 0, 23));
  scan.mark(':');
  const minutes m(scan.number(2, 0, 59));
  scan.mark(':');
  const seconds s(scan.number(2, 0, 59));
  if (scan.take('.')) scan.skip_digits();  // fractions do not matter to an expiry
  return h + m + s;
}

seconds scan_zone(Scanner& scan) {
  if (scan.take('Z')) return seconds{};
  const bool west = scan.take('-');
  if (!west) scan.mark('+');
  const hours h(scan.number(2, 0, 23));
  scan.mark(':');
  const minutes m(scan.number(2, 0, 59));
  return west ? -(h + m) : h + m;
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  Scanner scan(text);
  bool exists = false;
  const auto date = scan_date(scan, exists);
  scan.mark('T');
  const seconds time = scan_time(scan);
  const seconds zone = scan_zone(scan);
  if (!scan.ok() || !exists || !scan.rest().empty()) return std::nullopt;
  // Year 9999 does not fit a count of nanoseconds: it is as good as any far date.
  const auto whole = std::chrono::sys_seconds(date) + time - zone;
  if (whole >= std::chrono::time_point_cast<seconds>(WallTime::max())) return WallTime::max();
  if (whole <= std::chrono::time_point_cast<seconds>(WallTime::min())) return WallTime::min();
  return WallTime(whole);
}

std::string format_rfc3339(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace kencrypt
