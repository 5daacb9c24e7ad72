#include "completion/protocol.h"

#include <algorithm>
#include <ostream>
#include <string_view>

namespace kencrypt::completion {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// U+0080 to U+009F are control characters as well; in UTF-8 they begin with this byte.
bool has_c1(std::string_view text) {
  for (std::size_t at = text.find('\xc2'); at != std::string_view::npos;
       at = text.find('\xc2', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;
  return false;
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_control) && !has_c1(text);
}

}  // namespace

void write_answer(std::ostream& out, const Answer& answer, Descriptions descriptions) {
  for (const Candidate& candidate : answer.candidates) {
    if (candidate.value.empty() || !is_plain(candidate.value)) continue;
    out << candidate.value;
    if (descriptions == Descriptions::with && !candidate.description.empty() &&
        is_plain(candidate.description))
      out << '\t' << candidate.description;
    out << '\n';
  }
  out << ':' << answer.directive << '\n';
}

}  // namespace kencrypt::completion
