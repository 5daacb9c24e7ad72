// Time, as one of the three doors to the outside: code asks a Clock, tests give it a fake one.
#pragma once

#include <chrono>

namespace kencrypt {

using Duration = std::chrono::steady_clock::duration;
using TimePoint = std::chrono::steady_clock::time_point;  // for deadlines: never jumps
using WallTime = std::chrono::system_clock::time_point;   // for expiry dates and reports

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual WallTime wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace kencrypt
