#include "kube/token_file.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace kencrypt::kube {
namespace {

constexpr std::size_t kMaxTokenFile = std::size_t{64}
                                      << 10;  // headers beyond that are refused anyway
constexpr auto kReadAgainAfter = std::chrono::seconds(50);  // a minute less 10 seconds of leeway

Result<SecretBytes> read_token(const std::filesystem::path& file) {
  TRY_ASSIGN(const SecretBytes content, read_file(file, kMaxTokenFile));
  const std::string_view token = trim(content.view());
  if (token.empty())
    return fail(ErrorKind::config, fmt::format("read empty token from file \"{}\"", file.string()));
  return bearer(token, fmt::format("token file {}", file.string()));
}

}  // namespace

TokenFile::TokenFile(std::filesystem::path file, SecretBytes fallback,
                     std::optional<http::Identity> identity)
    : file_(std::move(file)), values_{std::move(fallback), std::move(identity)} {}

Result<void> TokenFile::read(WallTime now) {
  read_at_ = now;
  auto authorization = read_token(file_);
  if (!authorization && !values_.authorization.empty()) return {};
  if (!authorization) return wrap(std::move(authorization).error(), "failed to read token file");
  if (*authorization == values_.authorization) return {};
  values_.authorization = *std::move(authorization);
  ++values_.generation;
  return {};
}

Result<void> TokenFile::ensure(WallTime now) {
  // A clock that was set back would otherwise keep an old token alive.
  const bool is_fresh = read_at_ && now >= *read_at_ && now - *read_at_ < kReadAgainAfter;
  if (is_fresh && !values_.authorization.empty()) return {};
  return read(now);
}

Result<bool> TokenFile::renew(WallTime now) {
  const auto before = values_.generation;
  TRY(read(now));
  return values_.generation != before;
}

Result<std::unique_ptr<Credentials>> make_token_file(const UserConfig& user,
                                                     std::optional<http::Identity> identity) {
  SecretBytes fallback;
  if (!user.token.empty()) {
    TRY_ASSIGN(fallback, bearer(user.token.view(), "the token"));
  } else {
    TRY(read_token(user.token_file));  // a wrong path is reported at once
  }
  return std::make_unique<TokenFile>(user.token_file, std::move(fallback), std::move(identity));
}

}  // namespace kencrypt::kube
