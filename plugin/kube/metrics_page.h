// Reading an API server's /metrics as it arrives.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/transport.h"
#include "kube/metrics_text.h"

namespace kencrypt::kube {

// A page has a few MiB; in the largest clusters some 50. It is read as it arrives and not stored.
inline constexpr std::size_t kMaxMetricsPage = 1U << 30;

// Reads /metrics and hands the samples of `families` to `sink`, driving `transport` meanwhile.
// Returns the head of the reply. Errors: forbidden, which says what right is missing; protocol for
// a page that is no metrics page; too_large; those of the sink, of the transport and of the API
// server.
Result<http::ResponseHead> read_metrics(http::Transport& transport, const Clock& clock,
                                        std::vector<std::string> families,
                                        MetricsReader::Sink sink);

}  // namespace kencrypt::kube
