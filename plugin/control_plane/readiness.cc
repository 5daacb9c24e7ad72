#include "control_plane/readiness.h"

#include "base/text.h"
#include "control_plane/patience.h"

namespace kencrypt::control_plane {
namespace {

// A server that is away is asked again by whoever waits for it.
constexpr Duration kReadyTimeout = std::chrono::seconds(10);
// Each check is a line.
constexpr std::size_t kMaxReadyz = 64U << 10;
constexpr std::string_view kFailed = "[-]";

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

Result<Readiness> read_readiness(http::Transport& transport) {
  http::Request request;
  request.target = "/readyz";
  request.timeout = kReadyTimeout;
  TRY_ASSIGN(const http::Response response, http::call(transport, std::move(request), kMaxReadyz));
  if (response.head.status == 401 || response.head.status == 403)
    TRY(kube::check_success(response));
  return parse_readiness(response.head.status, response.body.view());
}

}  // namespace kencrypt::control_plane
