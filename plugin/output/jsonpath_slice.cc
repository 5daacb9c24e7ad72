#include "output/jsonpath_slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace kencrypt::output::jsonpath {
namespace {

// No array is longer, and sums of two cannot overflow.
constexpr std::int64_t kMostIndex = 1'000'000'000'000'000'000;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

bool is_place(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Bound> parse_bound(std::string_view text) {
  Bound bound;
  if (text.empty()) return bound;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, bound.value);
  if (error != std::errc{} || end != last || bound.value > kMostIndex || bound.value < -kMostIndex)
    return wrong(fmt::format("array index {} is not a number", text));
  bound.known = true;
  return bound;
}

struct Places {
  std::int64_t start, end;
};

Places resolve(const Slice& slice, std::int64_t size) {
  Places places{slice.start.known ? slice.start.value : 0,
                slice.end.known ? slice.end.value : size};
  if (places.start < 0) places.start += size;
  if (places.end < 0 || (places.end == 0 && slice.end.derived)) places.end += size;
  return places;
}

Result<void> check(const Places& places, std::int64_t size) {
  const auto outside = [size](std::int64_t index) {
    return wrong(fmt::format("array index out of bounds: index {}, length {}", index, size));
  };
  if (places.start >= size || places.start < 0) return outside(places.start);
  if (places.end > size || places.end < 0) return outside(places.end - 1);
  if (places.start > places.end)
    return wrong(
        fmt::format("starting index {} is greater than ending index {}", places.start, places.end));
  return {};
}

}  // namespace

Result<Slice> parse_slice(std::string_view inside) {
  const auto parts = split(inside, ':');
  if (parts.size() > 3 || !std::ranges::all_of(parts, is_place))
    return wrong(fmt::format("invalid array index {}", inside));
  Slice slice;
  TRY_ASSIGN(slice.start, parse_bound(parts[0]));
  slice.end = {.value = slice.start.value + 1, .known = true, .derived = true};
  if (parts.size() > 1) {
    TRY_ASSIGN(slice.end, parse_bound(parts[1]));
  }
  if (parts.size() > 2) {
    TRY_ASSIGN(slice.step, parse_bound(parts[2]));
  }
  return slice;
}

Result<std::vector<const Value*>> select(const Slice& slice, const Value::Array& array) {
  std::vector<const Value*> selected;
  const auto size = static_cast<std::int64_t>(array.size());
  const Places places = resolve(slice, size);
  if (places.start == places.end) return selected;
  TRY(check(places, size));
  if (slice.step.known && slice.step.value <= 0) return wrong("step must be > 0");
  const std::int64_t step = slice.step.known ? slice.step.value : 1;
  for (std::int64_t i = places.start; i < places.end; i += step)
    selected.push_back(&array[static_cast<std::size_t>(i)]);
  return selected;
}

}  // namespace kencrypt::output::jsonpath
