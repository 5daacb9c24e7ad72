// When to send something again: pure arithmetic, no clock and no IO.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace kencrypt::http {

// Whether waiting may help against a failed exchange: the network's faults, but not distrust (TLS),
// a misconfiguration, or our own cancelling.
bool is_transient(ErrorKind kind);

// Whether the server asks to come back later: 429, 503, 504, or any 5xx with a Retry-After header
// (client-go rest/with_retry.go).
bool asks_to_wait(const ResponseHead& head);

// The Retry-After header in whole seconds; nullopt if absent or a date, which the API server never
// sends. Capped at kMaxRetryAfter, so that a bad proxy cannot park a run for a day.
std::optional<Duration> retry_after(const ResponseHead& head);
inline constexpr Duration kMaxRetryAfter = std::chrono::minutes(2);

// How long to wait before attempt number `attempt` (1 is the first repetition): 250 ms doubled each
// time up to 10 s, spread over [half, whole] by `random` so that many do not return at once.
Duration backoff(int attempt, std::uint32_t random);

}  // namespace kencrypt::http
