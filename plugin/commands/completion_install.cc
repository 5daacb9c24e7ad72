#include "commands/completion_install.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/replace_file.h"
#include "base/text.h"
#include "commands/completion_scripts.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;

// How every version of the shim begins; what follows differs.
constexpr std::string_view kMark = "#!/bin/sh\n# kubectl-encrypt completion shim";
constexpr std::size_t kMaxShim = std::size_t{64} << 10;  // it has 400 bytes

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::unexpected<Error> not_ours(const fs::path& path) {
  return fail(
      ErrorKind::io,
      fmt::format("{} is there already and was not written by this command, so it is left alone; "
                  "remove it first, or choose another directory of the PATH with --dir",
                  path.string()));
}

// The shim that is there; nullopt: nothing is.
Result<std::optional<std::string>> read_shim(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(path, error).type();
  if (type == fs::file_type::not_found) return std::optional<std::string>();
  if (type != fs::file_type::regular) return not_ours(path);
  const auto content = read_file(path, kMaxShim);
  if (!content && content.error().kind != ErrorKind::too_large)
    return std::unexpected(content.error());
  if (!content || !content->view().starts_with(kMark)) return not_ours(path);
  return std::optional<std::string>(content->view());
}

}  // namespace

std::optional<fs::path> find_on_path(std::string_view name, const Variables& variables) {
  const std::string path = variables.find("PATH").value_or("");
  for (const std::string_view directory : split(path, ':')) {
    const fs::path candidate = fs::path(directory) / name;
    if (candidate.is_absolute() && is_program(candidate)) return candidate;
  }
  return std::nullopt;
}

Result<Installed> install_shim(const fs::path& path) {
  TRY_ASSIGN(const auto found, read_shim(path));
  if (found == kubectl_shim() && is_program(path)) return Installed::already;
  TRY(replace_file(path, kubectl_shim(), Sync::no, Access::program));
  return found ? Installed::instead_of_older : Installed::anew;
}

}  // namespace kencrypt::commands
