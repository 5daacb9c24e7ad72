#include "kube/api_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "kube/json_reader.h"

namespace kencrypt::kube {
namespace {

// Takes kind, reason, message and metadata.continue of a Status.
class StatusHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, StatusHandler> {
 public:
  bool is_status() const { return is_status_; }
  ApiStatus take() { return std::move(status_); }

  bool StartObject() {
    ++depth_;
    if (depth_ == 2) parent_ = key_;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() { return ++depth_ > 1; }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ <= 2) key_.assign(text, size);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) { return value({text, size}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return value({text, size}); }

 private:
  bool value(std::string_view text) {
    if (depth_ == 1) top_level(text);
    if (depth_ == 2 && parent_ == "metadata" && key_ == "continue") status_.continue_token = text;
    return depth_ > 0;
  }
  void top_level(std::string_view text) {
    if (key_ == "kind") is_status_ = text == "Status";
    if (key_ == "reason") status_.reason = text;
    if (key_ == "message") status_.message = text;
  }

  ApiStatus status_;
  std::string key_;
  std::string parent_;
  int depth_ = 0;
  bool is_status_ = false;
};

// For a terminal and a log: no control characters, bounded.
std::string presentable(std::string_view text) {
  std::string clean(text.substr(0, kMaxMessage));
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return clean;
}

// What client-go makes of an answer that says nothing itself (k8s.io/apimachinery pkg/api/errors
// NewGenericServerResponse). "" where it knows no more than the code either.
struct Generic {
  int code;
  std::string_view reason, message;
};
constexpr Generic kGenerics[] = {
    {400, "BadRequest", "the server rejected our request for an unknown reason"},
    {401, "Unauthorized", "the server has asked for the client to provide credentials"},
    {403, "Forbidden", "the server refused this request"},
    {404, "NotFound", "the server could not find the requested resource"},
    {405, "MethodNotAllowed", "the server does not allow this method on the requested resource"},
    {409, "Conflict", "the server reported a conflict"},
    {422, "Invalid", "the server rejected our request due to an error in our request"},
    {429, "TooManyRequests",
     "the server has received too many requests and has asked us to try again later"},
    {500, "InternalError", ""},
    {502, "InternalError", ""},
    {503, "ServiceUnavailable", "the server is currently unable to handle the request"},
    {504, "Timeout",
     "the server was unable to return a response in the time allotted, but may still be processing "
     "the request"}};

Generic generic_of(int code) {
  const auto found = std::ranges::find(kGenerics, code, &Generic::code);
  return found == std::end(kGenerics) ? Generic{code, "", ""} : *found;
}

ErrorKind kind_of(const ApiStatus& status) {
  if (status.reason == "Expired" || status.code == 410) return ErrorKind::expired;
  switch (status.code) {
    case 401: return ErrorKind::unauthenticated;
    case 403: return ErrorKind::forbidden;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::conflict;
    case 429: return ErrorKind::throttled;
    case 503:
    case 504: return ErrorKind::unavailable;
    default: return ErrorKind::server;
  }
}

std::string message_of(const ApiStatus& status) {
  if (status.code == 401)
    return fmt::format("You must be logged in to the server ({}); check the credentials of this "
                       "context, or log in again",
                       status.message);
  const std::string_view reason =
      status.explained ? std::string_view(status.reason) : generic_of(status.code).reason;
  if (reason.empty()) return fmt::format("Error from server: {}", status.message);
  return fmt::format("Error from server ({}): {}", reason, status.message);
}

}  // namespace

ApiStatus parse_status(int http_code, std::string_view body) {
  ApiStatus status;
  rapidjson::MemoryStream stream(body.data(), body.size());
  StatusHandler handler;
  if (read_json(stream, handler) && handler.is_status()) status = handler.take();
  status.code = http_code;
  status.reason = presentable(status.reason);
  status.message = presentable(status.message);
  status.explained = !status.reason.empty() || !status.message.empty();
  if (status.message.empty()) status.message = generic_of(http_code).message;
  if (status.message.empty())
    status.message = fmt::format("the server answered with HTTP status {} and no explanation", http_code);
  return status;
}

bool denies_right(const ApiStatus& status) {
  return status.code == 403 && status.message.find(" is forbidden: User \"") != std::string::npos;
}

bool means_etcd_is_busy(const ApiStatus& status) {
  if (status.code != 500) return false;
  constexpr std::string_view kSayings[] = {"etcdserver: request timed out", "etcdserver: leader changed",
                                           "etcdserver: no leader", "etcdserver: too many requests"};
  return std::any_of(std::begin(kSayings), std::end(kSayings), [&status](std::string_view saying) {
    return status.message.find(saying) != std::string::npos;
  });
}

Error to_error(const ApiStatus& status) { return {kind_of(status), message_of(status)}; }

Result<void> check_success(const http::Response& response) {
  if (response.head.status / 100 == 2) return {};
  return std::unexpected(to_error(parse_status(response.head.status, response.body.view())));
}

Result<http::Response> require_success(Result<http::Response> response) {
  if (response) TRY(check_success(*response));
  return response;
}

}  // namespace kencrypt::kube
