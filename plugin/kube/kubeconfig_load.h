// Finding and reading the kubeconfig files that count.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/variables.h"
#include "kube/kubeconfig.h"

namespace kencrypt::kube {

struct LoadedKubeconfig {
  Kubeconfig config;                // merged; its file names are absolute
  std::vector<std::string> looked;  // the files that count, by rank, whether they exist or not
  std::vector<std::string> read;    // those that were there
};

// The files by rank: `explicit_file` (--kubeconfig) alone, else those of KUBECONFIG (separated by
// colons; empty and repeated entries count once or not at all), else $HOME/.kube/config. Without
// HOME there is none: a file of the current directory is never taken by surprise.
std::vector<std::string> kubeconfig_files(std::string_view explicit_file,
                                          const Variables& variables);

// Reads and merges them (ClientConfigLoadingRules.Load). A missing file is skipped, unless it was
// named explicitly. Errors: io (unreadable), config (see parse_kubeconfig), too_large; the message
// names the file.
Result<LoadedKubeconfig> load_kubeconfig(std::string_view explicit_file,
                                         const Variables& variables);

}  // namespace kencrypt::kube
