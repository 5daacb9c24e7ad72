#include "output/printable.h"

#include <algorithm>
#include <functional>

namespace kencrypt::output {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// The well-formed sequences of Unicode table 3-7: the lead byte decides the length and what the
// second byte may be; further bytes are 0x80 to 0xbf.
struct Lead {
  unsigned char first, last;
  std::size_t length;
  unsigned char second_min, second_max;
};
constexpr Lead kLeads[] = {
    {0x00, 0x7f, 1, 0x80, 0xbf}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The length of the well-formed sequence that `text` (not empty) begins with; 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const unsigned char first = byte_at(text, 0);
  const auto lead = std::ranges::find_if(
      kLeads, [&](const Lead& row) { return first >= row.first && first <= row.last; });
  if (lead == std::end(kLeads) || text.size() < lead->length) return 0;
  if (lead->length == 1) return 1;
  const unsigned char second = byte_at(text, 1);
  if (second < lead->second_min || second > lead->second_max) return 0;
  const auto rest = text.substr(2, lead->length - 2);
  return std::ranges::all_of(rest, is_continuation) ? lead->length : 0;
}

std::string printable_sequence(std::string_view sequence) {
  const unsigned char first = byte_at(sequence, 0);
  if (sequence.size() == 1 && (first < 0x20 || first == 0x7f))
    return {'^', static_cast<char>(first ^ 0x40)};
  if (first == 0xc2 && byte_at(sequence, 1) < 0xa0) return std::string(kReplacement);  // C1
  return std::string(sequence);
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    valid += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string shown;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto sequence = rest.substr(0, sequence_length(rest));
    shown += printable_sequence(sequence);
    rest.remove_prefix(sequence.size());
  }
  return shown;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, std::not_fn(is_continuation)));
}

std::string_view cut_to_width(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (is_continuation(text[end])) continue;
    if (width == 0) break;
    --width;
  }
  return text.substr(0, end);
}

}  // namespace kencrypt::output
