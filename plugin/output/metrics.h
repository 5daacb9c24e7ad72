// Prometheus' text exposition format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kencrypt::output {

struct MetricLabel {
  std::string_view name;  // letters, digits and '_'
  std::string value;      // any text; what a terminal would obey is made visible
};

// One metric with its samples, a gauge: all of ours say how things are.
class Gauge {
 public:
  // `help` is one line. Both must outlive it.
  Gauge(std::string_view name, std::string_view help) : name_(name), help_(help) {}

  // Samples whose labels cannot be told apart when they are written are added up: a reader refuses all of a text with two
  // of the same.
  Gauge& add(const std::vector<MetricLabel>& labels, std::uint64_t value);

  // HELP, TYPE, and a line a sample, in the order in which they came; nothing without any.
  void write(std::ostream& out) const;

 private:
  std::string_view name_;
  std::string_view help_;
  std::vector<std::pair<std::string, std::uint64_t>> samples_;  // `{name="value"}` or "", and the value
  std::map<std::string, std::size_t> places_;                   // in samples_
};

}  // namespace kencrypt::output
