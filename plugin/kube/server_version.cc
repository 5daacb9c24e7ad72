#include "kube/server_version.h"

#include <algorithm>

#include "kube/api_status.h"
#include "kube/json_walk.h"
#include "kube/request.h"

namespace kencrypt::kube {

std::string_view ServerVersion::git_version() const {
  const auto found =
      std::ranges::find(fields, "gitVersion", &std::pair<std::string, std::string>::first);
  return found == fields.end() ? std::string_view() : found->second;
}

Result<ServerVersion> ask_server_version(http::Transport& transport) {
  TRY_ASSIGN(const http::Response response,
             require_success(http::call(transport, raw_request("/version", "application/json"),
                                        kMaxVersionBytes)));
  ServerVersion version;
  const bool whole = walk_json(
      response.body.view(), {.on_leaf = [&version](std::string_view path, std::string_view value) {
        const std::string_view name = path.substr(std::min<std::size_t>(path.size(), 1));
        if (name.find_first_of(".[") == std::string_view::npos)
          version.fields.emplace_back(name, value);
      }});
  if (!whole || version.git_version().empty())
    return fail(ErrorKind::protocol,
                "the server's answer to /version is not that of a Kubernetes API server");
  return version;
}

}  // namespace kencrypt::kube
