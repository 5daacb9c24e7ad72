#include "config/go_text.h"

#include <clocale>
#include <cwctype>
#include <locale.h>

#include <array>

#include "base/base64.h"
#include "document/utf8.h"

namespace kencrypt::config {
namespace {

constexpr std::uint64_t kLimit = std::uint64_t{1} << 63U;

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
// Both characters for micro.
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\xC2\xB5s", 1'000},
                                         {"\xCE\xBCs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes parts like "1.5h" off its text.
class DurationReader {
 public:
  explicit DurationReader(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }

  std::optional<std::uint64_t> part() {
    const std::size_t before = rest_.size();
    const auto whole = leading_integer();
    if (!whole) return std::nullopt;
    bool any = rest_.size() != before;
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      any = leading_fraction() || any;
    }
    const auto unit = leading_unit();
    if (!any || !unit || *whole > kLimit / *unit) return std::nullopt;
    std::uint64_t value = *whole * *unit;
    if (fraction_ > 0)
      value += static_cast<std::uint64_t>(static_cast<double>(fraction_) * (static_cast<double>(*unit) / scale_));
    return value <= kLimit ? std::optional(value) : std::nullopt;
  }

 private:
  std::optional<std::uint64_t> leading_integer() {
    std::uint64_t value = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1)) {
      if (value > kLimit / 10) return std::nullopt;
      value = value * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
      if (value > kLimit) return std::nullopt;
    }
    return value;
  }

  // Digits beyond what 63 bits hold do not count. False if there are none.
  bool leading_fraction() {
    fraction_ = 0;
    scale_ = 1;
    bool any = false;
    bool full = false;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1)) {
      any = true;
      full = full || fraction_ > (kLimit - 1) / 10;
      if (full) continue;
      fraction_ = fraction_ * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
      scale_ *= 10;
    }
    return any;
  }

  std::optional<std::uint64_t> leading_unit() {
    std::size_t length = 0;
    while (length < rest_.size() && rest_[length] != '.' && !is_digit(rest_[length])) ++length;
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    for (const Unit& unit : kUnits)
      if (unit.name == name) return unit.nanoseconds;
    return std::nullopt;
  }

  std::string_view rest_;
  std::uint64_t fraction_ = 0;
  double scale_ = 1;
};

class Unicode {
 public:
  Unicode() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  Unicode(const Unicode&) = delete;
  Unicode& operator=(const Unicode&) = delete;
  ~Unicode() {
    if (locale_ != nullptr) freelocale(locale_);
  }
  // Without the locale, which the C library brings, of ASCII alone.
  bool is_lower_of_itself(std::uint32_t c) const {
    if (c < 0x80 || locale_ == nullptr) return c < 'A' || c > 'Z';
    return towlower_l(static_cast<wint_t>(c), locale_) == static_cast<wint_t>(c);
  }

 private:
  locale_t locale_;
};

}  // namespace

std::optional<SecretBytes> decode_go_base64(std::string_view text) {
  if (text.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  auto bytes = decode_base64(text);
  if (!bytes) return std::nullopt;
  return *std::move(bytes);
}

std::optional<std::int64_t> parse_go_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  DurationReader reader(text);
  std::uint64_t total = 0;
  while (!reader.at_end()) {
    const auto part = reader.part();
    if (!part || (total += *part) > kLimit) return std::nullopt;
  }
  if (negative) return static_cast<std::int64_t>(~total + 1);
  return total < kLimit ? std::optional(static_cast<std::int64_t>(total)) : std::nullopt;
}

bool has_capital(std::string_view text) {
  const Unicode unicode;
  while (!text.empty()) {
    const document::CodePoint point = document::first_code_point(text);
    if (!unicode.is_lower_of_itself(point.value)) return true;
    text.remove_prefix(point.size);
  }
  return false;
}

}  // namespace kencrypt::config
