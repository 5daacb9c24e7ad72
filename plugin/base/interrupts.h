// Ctrl-C without signal handlers: while a SignalGuard lives, SIGINT and SIGTERM are held pending and
// poll() takes them off; nothing runs asynchronously and there is no global state.
#pragma once

#include <csignal>

namespace kencrypt {

class Interrupts {
 public:
  virtual ~Interrupts() = default;
  // How many times the user has asked to stop so far. Cheap; call it once a turn of the loop.
  virtual int poll() = 0;
};

// Blocks SIGINT and SIGTERM for the calling thread and all threads made after it; the destructor
// restores the former mask. A child process must be started with an empty mask (base/subprocess
// does that), or it could not be interrupted.
class SignalGuard final : public Interrupts {
 public:
  SignalGuard();
  ~SignalGuard() override;
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
  int poll() override;

 private:
  sigset_t watched_{};
  sigset_t former_{};
  int seen_ = 0;
};

}  // namespace kencrypt
