// Ctrl-C as a number that a test sets.
#pragma once

#include "base/interrupts.h"

namespace kencrypt::fakes {

class FakeInterrupts final : public Interrupts {
 public:
  int poll() override { return presses; }
  int presses = 0;
};

}  // namespace kencrypt::fakes
