// Credentials that are what they are: a token, a password, a certificate, or nothing.
#pragma once

#include <utility>

#include "kube/credentials.h"

namespace kencrypt::kube {

class FixedCredentials final : public Credentials {
 public:
  FixedCredentials(SecretBytes authorization, std::optional<http::Identity> identity)
      : values_{std::move(authorization), std::move(identity)} {}
  Result<void> ensure(WallTime) override { return {}; }
  Result<bool> renew(WallTime) override { return false; }
  const CredentialValues& values() const override { return values_; }

 private:
  CredentialValues values_;
};

}  // namespace kencrypt::kube
