// Turning on encryption at rest in the manifest of a kube-apiserver: the flag, the volume with the configuration, and its
// mount. What is there already is used; what cannot be changed for sure is left alone, with the reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "manifest/state.h"

namespace kencrypt::manifest {

// Where Kubernetes' own documentation puts the EncryptionConfiguration.
inline constexpr std::string_view kDefaultConfig = "/etc/kubernetes/enc/enc.yaml";

// Paths are normal_path()s.
struct Wish {
  std::string config = std::string(kDefaultConfig);  // on the host
  bool config_given = false;  // not the default, so that another file in the manifest is a contradiction
  std::string mount_path{};   // the directory of the container in which the file is to be; "": as on the host
  bool reload = false;        // --encryption-provider-config-automatic-reload=true
  std::string manifest_directory{};  // on the host; "": not known
};

struct Patched {
  SecretBytes text;
  bool changed = false;
  std::string config{};    // on the host
  bool reloads = false;    // the API server looks at the file again while it runs
  bool single_file = false;  // the file is mounted by itself: one that is put in its place is not seen
};

// Each change is proven: the result is read again and has to differ by it alone. A patched text is left as it is. Errors:
// not_found, for what is no manifest of a kube-apiserver; conflict, where the wish does not go with what is there; config,
// for what cannot be changed for sure, with the line, the reason, and what to do by hand; too_large.
Result<Patched> patch(std::string_view text, const Wish& wish);

}  // namespace kencrypt::manifest
