#include "output/metrics.h"

#include <fmt/format.h>

#include <ostream>

#include "output/printable.h"

namespace kencrypt::output {
namespace {

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : printable(value)) {
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace

Gauge& Gauge::add(const std::vector<MetricLabel>& labels, std::uint64_t value) {
  std::string list;
  for (const MetricLabel& label : labels) list += fmt::format("{}{}={}", list.empty() ? "{" : ",", label.name, quoted(label.value));
  if (!list.empty()) list += '}';
  const auto [place, is_new] = places_.try_emplace(list, samples_.size());
  if (is_new) samples_.emplace_back(std::move(list), 0);
  samples_[place->second].second += value;
  return *this;
}

void Gauge::write(std::ostream& out) const {
  if (samples_.empty()) return;
  out << fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help_);
  for (const auto& [labels, value] : samples_) out << fmt::format("{}{} {}\n", name_, labels, value);
}

}  // namespace kencrypt::output
