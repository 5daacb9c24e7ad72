// The one way this program reports that something outside it went wrong.
//
// A function that can fail for reasons outside the program returns Result<T>. `kind` is what code
// may branch on; `message` is one or two sentences for a person (what failed, on what, why, what to
// do next), is never parsed, and never holds a token, a key or the content of an object.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace kencrypt {

enum class ErrorKind {
  usage,            // the command line is wrong
  config,           // a kubeconfig or other local file is wrong
  unconfigured,     // nothing says which server
  io,               // a local file or process could not be used
  unreachable,      // no connection: refused, name not resolved
  connection_lost,  // the connection broke before the reply was complete
  timeout,          // no reply in time
  tls,              // the peer could not be trusted, or did not trust us
  protocol,         // the peer answered something that is not its protocol
  unauthenticated,  // 401
  forbidden,        // 403
  not_found,        // 404
  conflict,         // 409
  expired,          // 410: the list's snapshot is gone
  throttled,        // 429
  unavailable,      // 503, 504: the server cannot answer now
  server,           // any other refusal by the API server
  too_large,        // more bytes than the named limit
  cancelled,        // we stopped it ourselves
};

struct Error {
  ErrorKind kind{};
  std::string message;
};

// std::expected, with what g++ 12's lacks: ignoring a result is a warning, so with us an error.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

// An error ready to be returned from a function with any Result type.
inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

// The same error, with what was being done put in front: "reading X: ...".
inline std::unexpected<Error> wrap(Error error, std::string_view doing) {
  error.message = std::string(doing) + ": " + error.message;
  return std::unexpected(std::move(error));
}

}  // namespace kencrypt

#define KENCRYPT_CONCAT_(a, b) a##b
#define KENCRYPT_CONCAT(a, b) KENCRYPT_CONCAT_(a, b)

// Returns the error of `expr` from the calling function, or goes on.
#define TRY(expr)                                                              \
  do {                                                                         \
    if (auto try_result_ = (expr); !try_result_)                               \
      return std::unexpected(std::move(try_result_).error());                  \
  } while (false)

// The same for an expression with a value: TRY_ASSIGN(auto text, read_file(path, limit));
#define TRY_ASSIGN_IMPL(temp, target, expr)                \
  auto temp = (expr);                                      \
  if (!temp) return std::unexpected(std::move(temp).error()); \
  target = *std::move(temp)
#define TRY_ASSIGN(target, expr) TRY_ASSIGN_IMPL(KENCRYPT_CONCAT(try_, __LINE__), target, expr)
