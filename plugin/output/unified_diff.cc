#include "output/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "output/printable.h"

namespace kencrypt::output {
namespace {

constexpr std::size_t kContext = 3;

using Lines = std::vector<std::string_view>;

// Each with its line break.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Step {
  char sign;  // ' ', '-' or '+'
  std::string_view line;
};

// The middle, where the texts differ: the longest common subsequence.
class Middle {
 public:
  Middle(Lines before, Lines after) : before_(std::move(before)), after_(std::move(after)), width_(after_.size() + 1) {
    if (before_.size() * after_.size() > kMostPairs) return;
    lengths_.resize((before_.size() + 1) * width_);
    for (std::size_t i = before_.size(); i-- > 0;)
      for (std::size_t j = after_.size(); j-- > 0;)
        length(i, j) = before_[i] == after_[j] ? length(i + 1, j + 1) + 1 : std::max(length(i + 1, j), length(i, j + 1));
  }

  void add_steps(std::vector<Step>& steps) {
    std::size_t i = 0;
    std::size_t j = 0;
    while (!lengths_.empty() && i < before_.size() && j < after_.size()) {
      if (before_[i] == after_[j]) {
        steps.push_back({' ', before_[i++]});
        ++j;
      } else if (length(i + 1, j) >= length(i, j + 1)) {
        steps.push_back({'-', before_[i++]});
      } else {
        steps.push_back({'+', after_[j++]});
      }
    }
    for (; i < before_.size(); ++i) steps.push_back({'-', before_[i]});
    for (; j < after_.size(); ++j) steps.push_back({'+', after_[j]});
  }

 private:
  std::size_t& length(std::size_t i, std::size_t j) { return lengths_[i * width_ + j]; }

  Lines before_;
  Lines after_;
  std::size_t width_;
  std::vector<std::size_t> lengths_;
};

Lines part(const Lines& lines, std::size_t begin, std::size_t end) {
  return {lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::vector<Step> steps_between(const Lines& before, const Lines& after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t same = 0;
  while (same < most && before[same] == after[same]) ++same;
  std::size_t tail = 0;
  while (tail < most - same && before[before.size() - tail - 1] == after[after.size() - tail - 1]) ++tail;
  std::vector<Step> steps;
  for (std::size_t i = 0; i < same; ++i) steps.push_back({' ', before[i]});
  Middle(part(before, same, before.size() - tail), part(after, same, after.size() - tail)).add_steps(steps);
  for (std::size_t i = before.size() - tail; i < before.size(); ++i) steps.push_back({' ', before[i]});
  return steps;
}

std::string visible(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string text;
  for (std::size_t tab = 0; (tab = line.find('\t')) != std::string_view::npos; line.remove_prefix(tab + 1))
    text += printable(line.substr(0, tab)) + '\t';
  return text + printable(line);
}

// "-3,4", "-3" for one line, "-2,0" for none behind line 2.
std::string range(char sign, std::size_t begin, std::size_t count) {
  if (count == 1) return fmt::format("{}{}", sign, begin + 1);
  return fmt::format("{}{},{}", sign, count == 0 ? begin : begin + 1, count);
}

struct Position {
  std::size_t before = 0;
  std::size_t after = 0;
};

void advance(Position& position, char sign) {
  if (sign != '+') ++position.before;
  if (sign != '-') ++position.after;
}

void write_hunk(std::ostream& out, const std::vector<Step>& steps, std::size_t begin, std::size_t end, Position at) {
  Position behind = at;
  for (std::size_t i = begin; i < end; ++i) advance(behind, steps[i].sign);
  out << "@@ " << range('-', at.before, behind.before - at.before) << ' '
      << range('+', at.after, behind.after - at.after) << " @@\n";
  for (std::size_t i = begin; i < end; ++i) {
    out << steps[i].sign << visible(steps[i].line) << '\n';
    if (!steps[i].line.ends_with('\n')) out << "\\ No newline at end of file\n";
  }
}

// The end of the hunk that begins at the change `index`: changes with no more than two contexts between them are one.
std::size_t hunk_end(const std::vector<Step>& steps, std::size_t index) {
  std::size_t last = index;
  for (std::size_t i = index; i < steps.size() && i <= last + 2 * kContext + 1; ++i)
    if (steps[i].sign != ' ') last = i;
  return std::min(last + kContext + 1, steps.size());
}

}  // namespace

void write_unified_diff(std::ostream& out, std::string_view before, std::string_view after, DiffNames names) {
  if (before == after) return;
  const std::vector<Step> steps = steps_between(lines_of(before), lines_of(after));
  out << "--- " << printable(names.before) << "\n+++ " << printable(names.after) << '\n';
  std::size_t done = 0;
  Position position;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].sign == ' ') continue;
    const std::size_t begin = std::max(done, i - std::min(i, kContext));
    for (; done < begin; ++done) advance(position, steps[done].sign);
    const std::size_t end = hunk_end(steps, i);
    write_hunk(out, steps, begin, end, position);
    for (; done < end; ++done) advance(position, steps[done].sign);
    i = end - 1;
  }
}

}  // namespace kencrypt::output
