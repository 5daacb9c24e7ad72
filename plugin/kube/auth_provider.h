// The old way of kubeconfigs to get tokens, auth-provider: what is left of it.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "kube/credentials.h"

namespace kencrypt::kube {

// oidc: its id-token as long as it is valid; it is not renewed, since kubectl alone may write new
// tokens into the kubeconfig. All others are refused by name, as in kubectl, with the exec plugin
// to use instead. Errors: config.
Result<std::unique_ptr<Credentials>> make_auth_provider(const AuthProviderConfig& provider,
                                                        std::string_view user_name,
                                                        std::optional<http::Identity> identity);

}  // namespace kencrypt::kube
