#include "rewrite/window.h"

namespace kencrypt::rewrite {

void Window::on_success() {
  limit_ += starting_ ? 1.0 : 1.0 / limit_;
  limit_ = std::min(limit_, ceiling_);
}

void Window::on_trouble(TimePoint now, Duration delay) {
  if (now >= hold_until_) {
    limit_ = std::max(1.0, limit_ / 2);
    starting_ = false;
  }
  hold_until_ = std::max(hold_until_, now + delay);
}

}  // namespace kencrypt::rewrite
