#include "base/interrupts.h"

namespace kencrypt {

SignalGuard::SignalGuard() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched_, &former_);
}

SignalGuard::~SignalGuard() {
  poll();  // a signal that came in last was already honoured by the run that ends here
  pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

int SignalGuard::poll() {
  sigset_t pending;
  while (sigpending(&pending) == 0 &&
         (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1)) {
    int signal = 0;
    if (sigwait(&watched_, &signal) != 0) break;
    ++seen_;
  }
  return seen_;
}

}  // namespace kencrypt
