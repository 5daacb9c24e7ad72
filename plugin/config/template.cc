#include "config/template.h"

#include <fmt/format.h>

#include "config/lint.h"

namespace kencrypt::config {
namespace {

SecretBytes provider_of(const Template& what) {
  if (what.type == Type::kms)
    return SecretBytes(fmt::format("  - kms:\n      apiVersion: v2\n      name: {}\n      endpoint: {}\n      timeout: 3s\n",
                                   single_quoted(what.name), single_quoted(what.endpoint)));
  SecretBytes text(fmt::format("  - {}:\n      keys:\n      - name: {}\n        secret: ", type_name(what.type), single_quoted(what.name)));
  text.append(what.secret.view());
  text.append("\n");
  return text;
}

}  // namespace

Result<SecretBytes> render(const Template& what) {
  SecretBytes text("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources:\n");
  for (const std::string& resource : what.resources) text.append(fmt::format("  - {}\n", single_quoted(resource)));
  text.append("  # The first provider, and its first key, writes; all of them read.\n  providers:\n");
  text.append(provider_of(what).view());
  text.append("  # What was written before encryption was turned on. It may go when everything has been rewritten.\n  - identity: {}\n");
  if (const auto error = first_error(text.view(), {})) return fail(ErrorKind::config, fmt::format("{}: {}", error->message, error->advice));
  return text;
}

}  // namespace kencrypt::config
