#include "kube/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.h"

namespace kencrypt::kube {
namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Takes a metric or label name off the front; empty if there is none.
std::string_view take_name(std::string_view& text) {
  std::size_t size = 0;
  if (!text.empty() && is_name_start(text[0]))
    while (size < text.size() && is_name_char(text[size])) ++size;
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
}

bool take_char(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<char> unescape(char c) {
  if (c == 'n') return '\n';
  if (c == '\\' || c == '"') return c;
  return std::nullopt;
}

// Takes a label value after its opening quote, up to and with the closing one.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c == '"') return value;
    if (c != '\\') {
      value += c;
      continue;
    }
    const auto plain = text.empty() ? std::nullopt : unescape(text[0]);
    if (!plain) return std::nullopt;
    value += *plain;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

// Takes `name="value"`.
std::optional<Label> take_label(std::string_view& text) {
  Label label{std::string(take_name(text)), ""};
  skip_blanks(text);
  if (label.name.empty() || !take_char(text, '=')) return std::nullopt;
  skip_blanks(text);
  if (!take_char(text, '"')) return std::nullopt;
  auto value = take_quoted(text);
  if (!value) return std::nullopt;
  label.value = *std::move(value);
  return label;
}

// Takes the labels after the opening brace, up to and with the closing one; a comma may end the list.
std::optional<std::vector<Label>> take_labels(std::string_view& text) {
  std::vector<Label> labels;
  for (;;) {
    skip_blanks(text);
    if (take_char(text, '}')) return labels;
    auto label = take_label(text);
    if (!label) return std::nullopt;
    labels.push_back(*std::move(label));
    skip_blanks(text);
    if (!take_char(text, ',') && !text.starts_with('}')) return std::nullopt;
  }
}

// The value; a timestamp or an exemplar may follow and is not needed.
std::optional<double> read_value(std::string_view text) {
  skip_blanks(text);
  take_char(text, '+');  // "+Inf", which from_chars does not take
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole_word = end == text.data() + text.size() || is_blank(*end);
  if (error != std::errc() || !whole_word) return std::nullopt;
  return value;
}

std::unexpected<Error> not_metrics(std::size_t line) {
  return fail(ErrorKind::protocol,
              fmt::format("the reply is not Prometheus text (line {}); is /metrics answered by "
                          "something in front of the API server?",
                          line));
}

std::unexpected<Error> line_too_long(std::size_t line) {
  return fail(ErrorKind::too_large, fmt::format("line {} of the metrics page is longer than {} bytes",
                                                line, kMaxMetricsLine));
}

}  // namespace

const std::string* Sample::label(std::string_view name) const {
  for (const Label& label : labels)
    if (label.name == name) return &label.value;
  return nullptr;
}

MetricsReader::MetricsReader(std::vector<std::string> families, Sink sink)
    : families_(std::move(families)), sink_(std::move(sink)) {}

Result<void> MetricsReader::feed(std::string_view chunk) {
  for (;;) {
    const auto end = chunk.find('\n');
    const std::string_view piece = chunk.substr(0, end);
    if (partial_.size() + piece.size() > kMaxMetricsLine) return line_too_long(line_number_ + 1);
    if (end == std::string_view::npos) {
      partial_ += piece;
      return {};
    }
    if (partial_.empty()) {
      TRY(take_line(piece));
    } else {
      partial_ += piece;
      TRY(take_line(partial_));
      partial_.clear();
    }
    chunk.remove_prefix(end + 1);
  }
}

Result<void> MetricsReader::finish() {
  if (!partial_.empty())
    return fail(ErrorKind::protocol, "the metrics page broke off in the middle of a line");
  if (!saw_type_) return not_metrics(line_number_);
  return {};
}

Result<void> MetricsReader::take_line(std::string_view line) {
  ++line_number_;
  line = trim(line);
  if (line.empty()) return {};
  return line[0] == '#' ? take_comment(line) : take_sample(line);
}

// Kubernetes writes a TYPE line before each family: a page without one is some other text.
Result<void> MetricsReader::take_comment(std::string_view line) {
  saw_type_ = saw_type_ || line.starts_with("# TYPE ");
  return {};
}

Result<void> MetricsReader::take_sample(std::string_view line) {
  const std::string_view name = take_name(line);
  if (name.empty() || line.empty() || (line[0] != '{' && !is_blank(line[0])))
    return not_metrics(line_number_);
  if (std::find(families_.begin(), families_.end(), name) == families_.end()) return {};
  if (++kept_ > kMaxKeptSamples)
    return fail(ErrorKind::too_large,
                fmt::format("the metrics page holds more than {} samples of interest", kMaxKeptSamples));
  Sample sample{std::string(name), {}, 0};
  skip_blanks(line);
  if (take_char(line, '{')) {
    auto labels = take_labels(line);
    if (!labels) return not_metrics(line_number_);
    sample.labels = *std::move(labels);
  }
  const auto value = read_value(line);
  if (!value) return not_metrics(line_number_);
  sample.value = *value;
  return sink_(sample);
}

}  // namespace kencrypt::kube
