// A bearer token in a file that someone else keeps fresh, such as a pod's service account token
// (k8s.io/client-go transport/token_source.go).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "kube/credentials.h"

namespace kencrypt::kube {

class TokenFile final : public Credentials {
 public:
  // `fallback` is the Authorization to use while the file cannot be read; empty: there is none.
  TokenFile(std::filesystem::path file, SecretBytes fallback,
            std::optional<http::Identity> identity);

  // Reads the file if the last time was more than 50 seconds ago: the kubelet renews a token well
  // over a minute before it ends, so that one never expires in our hands. A token that was read
  // once is kept if a later reading fails.
  Result<void> ensure(WallTime now) override;
  Result<bool> renew(WallTime now) override;
  const CredentialValues& values() const override { return values_; }

 private:
  Result<void> read(WallTime now);

  std::filesystem::path file_;
  CredentialValues values_;
  std::optional<WallTime> read_at_;
};

// For a user with a tokenFile, and perhaps a token. Errors: those of reading the file, unless there
// is a token.
Result<std::unique_ptr<Credentials>> make_token_file(const UserConfig& user,
                                                     std::optional<http::Identity> identity);

}  // namespace kencrypt::kube
