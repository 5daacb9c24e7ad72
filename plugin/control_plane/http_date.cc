#include "control_plane/http_date.h"

#include <fmt/format.h>

#include "base/rfc3339.h"

namespace kencrypt::control_plane {
namespace {

constexpr std::size_t kLength = 29;
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text) {
  if (text.size() != kLength || text.substr(3, 2) != ", " || !text.ends_with(" GMT"))
    return std::nullopt;
  const auto month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                   text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace kencrypt::control_plane
