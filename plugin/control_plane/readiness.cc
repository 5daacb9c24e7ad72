#include "control_plane/readiness.h"

#include <utility>

#include "base/text.h"
#include "control_plane/patience.h"

namespace kencrypt::control_plane {
namespace {

// A server that is away is asked again by whoever waits for it.
constexpr Duration kReadyTimeout = std::chrono::seconds(10);
// Each check is a line.
constexpr std::size_t kMaxReadyz = 64U << 10;
constexpr std::string_view kFailed = "[-]";

Result<http::Response> ask(http::Transport& transport, std::string path) {
  http::Request request;
  request.target = std::move(path);
  request.timeout = kReadyTimeout;
  return http::call(transport, std::move(request), kMaxReadyz);
}

}  // namespace

Readiness parse_readiness(int status, std::string_view body) {
  Readiness readiness{.ready = status == 200, .failing = {}};
  if (readiness.ready) return readiness;
  for (const std::string_view line : split(body, '\n')) {
    if (!line.starts_with(kFailed) || readiness.failing.size() == kMaxFailing) continue;
    const std::string_view rest = line.substr(kFailed.size());
    readiness.failing.emplace_back(rest.substr(0, rest.find(' ')));
  }
  return readiness;
}

bool is_kms_check(std::string_view name) {
  constexpr std::string_view kPath = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return name.starts_with("kms-provider") && name.find_first_not_of(kPath) == std::string_view::npos;
}

std::string parse_check_reason(int status, std::string_view body) {
  constexpr std::string_view kPrefix = "internal server error: ";
  if (status != 500 || !body.starts_with(kPrefix)) return {};
  return std::string(trim(body.substr(kPrefix.size(), kMaxReason)));
}

Result<Readiness> read_readiness(http::Transport& transport) {
  TRY_ASSIGN(const http::Response response, ask(transport, "/readyz"));
  if (response.head.status == 401 || response.head.status == 403)
    TRY(kube::check_success(response));
  Readiness readiness = parse_readiness(response.head.status, response.body.view());
  for (const std::string& check : readiness.failing) {
    if (!is_kms_check(check)) continue;
    const auto details = ask(transport, "/readyz/" + check);
    if (!details) break;
    if (std::string reason = parse_check_reason(details->head.status, details->body.view()); !reason.empty())
      readiness.reasons.emplace(check, std::move(reason));
  }
  return readiness;
}

}  // namespace kencrypt::control_plane
