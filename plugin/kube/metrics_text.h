// An incremental reader of the Prometheus text format (version 0.0.4), as Kubernetes serves it.
//
// A /metrics page has megabytes, of which a few dozen lines matter. The reader is fed the page in
// chunks as they arrive, hands on the samples of the families it was told to keep, and holds nothing
// but the one line that a chunk boundary cut.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kencrypt::kube {

struct Label {
  std::string name;
  std::string value;  // unescaped
};

struct Sample {
  std::string family;
  std::vector<Label> labels;
  double value = 0;

  // The label's value, or nullptr where the sample has no such label.
  const std::string* label(std::string_view name) const;
};

// The longest help text of Kubernetes is below 1 KiB; a key name in a label may be of any length, but
// a configuration file is not.
inline constexpr std::size_t kMaxMetricsLine = 64U << 10;

// apiserver_request_total is the largest family that is kept: some thousand samples.
inline constexpr std::size_t kMaxKeptSamples = 100'000;

class MetricsReader {
 public:
  // Called once for each sample of a kept family, in the page's order. An error ends the reading.
  using Sink = std::function<Result<void>(const Sample&)>;

  // `families` are metric names as they stand in the page. What `sink` refers to must outlive this.
  MetricsReader(std::vector<std::string> families, Sink sink);

  // The next bytes of the page; cut anywhere. Errors: protocol for text that is not in the format
  // (HTML, JSON, a broken sample of a kept family; lines of other families are only looked at as far as
  // their name), too_large beyond the limits above, and those of the sink. After an error the reader
  // is of no further use.
  Result<void> feed(std::string_view chunk);

  // The end of the page. Errors: protocol, if it broke off in a line or held no metric.
  Result<void> finish();

 private:
  Result<void> take_line(std::string_view line);
  Result<void> take_comment(std::string_view line);
  Result<void> take_sample(std::string_view line);

  std::vector<std::string> families_;
  Sink sink_;
  std::string partial_;  // the beginning of a line whose end has not arrived
  std::size_t line_number_ = 0;
  std::size_t kept_ = 0;
  bool saw_type_ = false;
};

}  // namespace kencrypt::kube
