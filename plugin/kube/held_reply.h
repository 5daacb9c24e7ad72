// A reply that is kept back while it is open whether its receiver is to see it.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/secret.h"
#include "http/transport.h"

namespace kencrypt::kube {

class HeldReply {
 public:
  HeldReply(http::ResponseHead head, std::size_t body_limit)
      : head_(std::move(head)), body_limit_(body_limit) {}

  // False, and nothing is kept, if the body would exceed the limit.
  bool add(std::string_view chunk) {
    if (body_.size() + chunk.size() > body_limit_) return false;
    body_.append(chunk);
    return true;
  }
  // Hands over what is kept; false if the receiver wants no more.
  bool deliver(http::Receiver& receiver) const {
    receiver.on_head(head_);
    return body_.empty() || receiver.on_body(body_.view());
  }

 private:
  http::ResponseHead head_;
  std::size_t body_limit_;
  SecretBytes body_;
};

}  // namespace kencrypt::kube
