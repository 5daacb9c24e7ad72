// Durations and ages for people, as kubectl shows them (k8s.io/apimachinery pkg/util/duration).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"

namespace kencrypt::output {

// "45s", "3m20s", "7h5m", "3d4h", "2y40d": at most two units, the second only while the first is
// small. Up to two seconds below zero is "0s" (clocks differ); anything less "<invalid>".
std::string human_duration(std::chrono::nanoseconds duration);

// The time from `since` to `now`, "<unknown>" without one.
std::string age(std::optional<WallTime> since, WallTime now);

}  // namespace kencrypt::output
