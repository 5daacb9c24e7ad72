#include "kube/in_cluster.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"

namespace kencrypt::kube {
namespace {

constexpr std::string_view kHostVariable = "KUBERNETES_SERVICE_HOST";
constexpr std::string_view kPortVariable = "KUBERNETES_SERVICE_PORT";
constexpr std::size_t kMaxNamespaceFile = 1024;  // a name has 63 bytes at the most

std::string server_of(const Variables& variables) {
  const std::string host = variables.find(kHostVariable).value_or("");
  const std::string port = variables.find(kPortVariable).value_or("");
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("https://[{}]:{}", host, port)
               : fmt::format("https://{}:{}", host, port);
}

bool is_readable(const std::filesystem::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)).valid();
}

}  // namespace

bool is_in_cluster(const Variables& variables, const ServiceAccountFiles& files) {
  std::error_code error;
  return variables.find(kHostVariable) && variables.find(kPortVariable) &&
         std::filesystem::exists(files.token, error) &&
         !std::filesystem::is_directory(files.token, error);
}

Result<Selected> in_cluster_entries(const Variables& variables, const ServiceAccountFiles& files,
                                    ConnectionFlags flags) {
  flags.context.clear();
  flags.cluster.clear();
  flags.user.clear();
  TRY_ASSIGN(Selected selected, select_entries({}, flags));
  selected.cluster.server = server_of(variables);
  if (flags.token.empty()) selected.user.token_file = files.token.string();
  if (flags.certificate_authority.empty() && !flags.insecure_skip_tls_verify &&
      is_readable(files.certificates))
    selected.cluster.certificate_authority = files.certificates.string();
  return selected;
}

std::string in_cluster_namespace(const Variables& variables, const ServiceAccountFiles& files) {
  if (const auto name = variables.find("POD_NAMESPACE")) return *name;
  if (const auto text = read_file(files.name_space, kMaxNamespaceFile))
    if (const auto name = trim(text->view()); !name.empty()) return std::string(name);
  return "default";
}

}  // namespace kencrypt::kube
