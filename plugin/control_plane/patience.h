// Reading small things from a server that may be busy.
#pragma once

#include "control_plane/survey.h"
#include "http/retry.h"
#include "kube/api_status.h"

namespace kencrypt::control_plane {

// A check that fails for a moment's trouble is tried again so often.
inline constexpr int kAttempts = 3;
// Of one small document.
inline constexpr Duration kDocumentTimeout = std::chrono::seconds(30);

// What `read` gives; again after a short wait where waiting may help.
template <class Read>
auto patiently(const Surroundings& around, Read read) {
  auto outcome = read();
  for (int attempt = 1; attempt < kAttempts && !outcome && http::is_transient(outcome.error().kind);
       ++attempt) {
    const TimePoint until = around.clock.now() + http::backoff(attempt, 0);
    while (around.clock.now() < until) around.transport.run_once(until);
    outcome = read();
  }
  return outcome;
}

// The reply to `request` if it is 2xx. Errors: as the server or the transport says; too_large.
inline Result<http::Response> small_document(const Surroundings& around, http::Request request) {
  request.timeout = kDocumentTimeout;
  return kube::require_success(http::call(around.transport, std::move(request), kMaxSmallDocument));
}

}  // namespace kencrypt::control_plane
