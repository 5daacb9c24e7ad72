// The API server's way of saying no: a metav1.Status document, or plain text from its filters.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace kencrypt::kube {

struct ApiStatus {
  int code = 0;
  std::string reason;          // "Conflict", "Expired", ...; "" if the body was no Status
  std::string message;         // at most kMaxMessage bytes, control characters replaced
  std::string continue_token;  // metadata.continue, sent with 410 Expired of a paged list
  bool explained = true;       // the body was a Status; else the message is made of the code
};

// Longer messages are cut: an admission webhook may put anything into one.
inline constexpr std::size_t kMaxMessage = 2000;

// A Status body is small; StorageReadError with 100 causes is about 50 KiB.
inline constexpr std::size_t kMaxStatusBody = 1 << 20;

// Reads a Status body. What is not one gives only `code` and a message made of the status code, never
// of the body: an unexpected body could be anything, so it is not shown.
ApiStatus parse_status(int http_code, std::string_view body);

// Whether the API server's authorizer said no, and not an admission plugin or webhook: "secrets is forbidden:
// User "x" cannot ..." (k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go).
bool denies_right(const ApiStatus& status);

// Whether etcd did not answer the API server in time, or had no leader just then: the API server passes that on as an
// internal error (etcd server/etcdserver/errors/errors.go; k8s.io/apiserver has no reason of its own for it). It passes; a
// write may have been done or not.
bool means_etcd_is_busy(const ApiStatus& status);

// The Error for a reply that is not 2xx: kind by code and reason, message in kubectl's form, "Error from
// server (Forbidden): secrets is forbidden: ...".
Error to_error(const ApiStatus& status);

// Success if `response` is 2xx, else its to_error().
Result<void> check_success(const http::Response& response);

// `response` if it is 2xx, else its to_error().
Result<http::Response> require_success(Result<http::Response> response);

}  // namespace kencrypt::kube
