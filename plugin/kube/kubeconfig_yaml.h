// Reading a kubeconfig file's text. Behind it is yaml-cpp, whose types and exceptions stay inside.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "kube/kubeconfig.h"

namespace kencrypt::kube {

// About 1500 clusters with inline certificates of 5 KiB; a parsed tree takes many times the text.
inline constexpr std::size_t kMaxKubeconfigBytes = std::size_t{8} << 20;

// Parses YAML (or JSON, which is YAML). Unknown fields are ignored, as kubectl ignores them; an
// empty text is an empty configuration. Paths stay as written (see resolve_paths). Errors: config;
// the message names line and field and repeats nothing of the text, which is full of secrets. Wrong
// are: bad YAML, another kind or apiVersion than Config and v1, a field of another type, bad
// base64, a name given twice.
Result<Kubeconfig> parse_kubeconfig(std::string_view text);

}  // namespace kencrypt::kube
