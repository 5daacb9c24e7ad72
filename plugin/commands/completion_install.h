// Putting kubectl_complete-encrypt where kubectl looks for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/variables.h"

namespace kencrypt::commands {

// The first executable file of this name on the PATH, as kubectl finds plugins (Go's os/exec
// LookPath): empty and relative entries are passed over, so that the working directory decides
// nothing. nullopt: there is none.
std::optional<std::filesystem::path> find_on_path(std::string_view name,
                                                  const Variables& variables);

enum class Installed { anew, instead_of_older, already };

// Writes the shim, whole and executable or not at all. Errors: io, also for a file of this name
// that this program has not written, which is left as it is.
Result<Installed> install_shim(const std::filesystem::path& path);

}  // namespace kencrypt::commands
