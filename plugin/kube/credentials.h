// What proves who we are: an Authorization value, a client certificate, or both.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/variables.h"
#include "http/message.h"
#include "kube/connection.h"

namespace kencrypt::kube {

struct CredentialValues {
  SecretBytes authorization;  // "Bearer ..." or "Basic ..."; empty: no such header
  std::optional<http::Identity> identity;
  std::uint64_t generation = 1;  // grows whenever the values change
};

class Credentials {
 public:
  virtual ~Credentials() = default;
  // Makes values() good for a request sent at `now`: may read a file or run a program. The values
  // change only in here and in renew(). Errors: config, io, unauthenticated; never with a secret.
  virtual Result<void> ensure(WallTime now) = 0;
  // To be called when the server answered 401 to the present values: gets new ones if there is a
  // way. False if there is none or the same came out. Errors as above.
  virtual Result<bool> renew(WallTime now) = 0;
  // Valid until the next ensure() or renew().
  virtual const CredentialValues& values() const = 0;
};

enum class StandardInput { terminal, other };

// How an exec plugin may be run.
struct PluginRun {
  PluginRun(StandardInput input) : standard_input(input) {}

  StandardInput standard_input;
  // Set: how much longer anybody waits for it. Then it runs in the background, where it can neither
  // ask nor say anything, and is killed when that is over.
  std::function<Duration()> time_left = {};
};

// The credentials of `config.user`; none over http, as in client-go. Where several are configured:
// a client certificate goes with anything else; tokenFile before token before basic; auth-provider
// next; an exec plugin only if there is none of these. Reads certificate, key and token files; a
// token file is read again about every minute. A plugin is not run yet. Errors: config (an
// auth-provider we do not speak, values that cannot be sent), io.
Result<std::unique_ptr<Credentials>> make_credentials(const ClientConfig& config,
                                                      const Variables& variables,
                                                      PluginRun plugin_run);

// "Bearer TOKEN". Errors: config, for a token with blanks or control characters inside, which would
// be no header value; `source` says where it comes from.
Result<SecretBytes> bearer(std::string_view token, std::string_view source);

}  // namespace kencrypt::kube
