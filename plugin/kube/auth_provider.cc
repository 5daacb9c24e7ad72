#include "kube/auth_provider.h"

#include <fmt/format.h>

#include <utility>

#include "kube/json_id_token.h"

namespace kencrypt::kube {
namespace {

constexpr auto kExpiryLeeway =
    std::chrono::seconds(10);  // client-go's, plugin/pkg/client/auth/oidc

// An id-token of auth-provider oidc.
class IdTokenCredentials final : public Credentials {
 public:
  IdTokenCredentials(SecretBytes authorization, std::optional<http::Identity> identity,
                     WallTime expiry, std::string user_name)
      : values_{std::move(authorization), std::move(identity)},
        expiry_(expiry),
        user_name_(std::move(user_name)) {}

  Result<void> ensure(WallTime now) override {
    if (now + kExpiryLeeway < expiry_) return {};
    return fail(ErrorKind::unauthenticated,
                fmt::format("the id-token of user \"{}\" (auth-provider oidc) has expired. Run any "
                            "kubectl command to have it renewed, or move the user to the exec "
                            "credential plugin kubelogin (kubectl oidc-login).",
                            user_name_));
  }
  Result<bool> renew(WallTime) override { return false; }
  const CredentialValues& values() const override { return values_; }

 private:
  CredentialValues values_;
  WallTime expiry_;
  std::string user_name_;
};

std::unexpected<Error> refused(std::string_view name, std::string_view user_name) {
  if (name == "gcp")
    return fail(ErrorKind::config,
                "The gcp auth plugin has been removed. Please use the \"gke-gcloud-auth-plugin\" "
                "kubectl/client-go credential plugin instead.");
  if (name == "azure")
    return fail(ErrorKind::config,
                "The azure auth plugin has been removed. Please use the "
                "https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.");
  return fail(
      ErrorKind::config,
      fmt::format("no Auth Provider found for name \"{}\" of user \"{}\". Please use an exec "
                  "credential plugin instead.",
                  name, user_name));
}

Result<std::unique_ptr<Credentials>> make_oidc(const AuthProviderConfig& provider,
                                               std::string_view user_name,
                                               std::optional<http::Identity> identity) {
  const auto found = provider.settings.find("id-token");
  if (found == provider.settings.end() || found->second.empty())
    return fail(
        ErrorKind::unauthenticated,
        fmt::format("user \"{}\" (auth-provider oidc) has no id-token. Run any kubectl command "
                    "to have one fetched, or move the user to the exec credential plugin "
                    "kubelogin (kubectl oidc-login).",
                    user_name));
  const auto source = fmt::format("the id-token of user \"{}\"", user_name);
  const auto expiry = id_token_expiry(found->second.view());
  if (!expiry) return fail(ErrorKind::config, source + " is not a valid JWT with an expiry");
  TRY_ASSIGN(SecretBytes authorization, bearer(found->second.view(), source));
  return std::make_unique<IdTokenCredentials>(std::move(authorization), std::move(identity),
                                              *expiry, std::string(user_name));
}

}  // namespace

Result<std::unique_ptr<Credentials>> make_auth_provider(const AuthProviderConfig& provider,
                                                        std::string_view user_name,
                                                        std::optional<http::Identity> identity) {
  if (provider.name != "oidc") return refused(provider.name, user_name);
  return make_oidc(provider, user_name, std::move(identity));
}

}  // namespace kencrypt::kube
