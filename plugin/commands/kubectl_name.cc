#include "commands/kubectl_name.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/text.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKubectl = "kubectl";

// As a shell would find it.
std::optional<fs::path> on_path(const Variables& variables) {
  const std::string path = variables.find("PATH").value_or("");
  for (const std::string_view directory : split(path, ':')) {
    fs::path candidate = fs::path(directory.empty() ? "." : directory) / kKubectl;
    std::error_code error;
    if (fs::is_regular_file(candidate, error) && ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return std::nullopt;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error);
}

// One word to a shell.
std::string quoted(const std::string& path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%:,=";
  if (path.find_first_not_of(kPlain) == std::string::npos) return path;
  std::string text = "'";
  for (const char c : path) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string kubectl_name(const Variables& variables) {
  const auto given = variables.find("KUBECTL_PATH");
  if (!given) return std::string(kKubectl);
  const auto found = on_path(variables);
  return found && is_same_file(*found, *given) ? std::string(kKubectl) : quoted(*given);
}

std::string name_kubectl(std::string_view text, std::string_view kubectl) {
  std::string named(text);
  for (const std::string_view opening : {"\"", "("}) {
    const std::string word = fmt::format("{}{} ", opening, kKubectl);
    const std::string replacement = fmt::format("{}{} ", opening, kubectl);
    for (auto at = named.find(word); at != std::string::npos;
         at = named.find(word, at + replacement.size()))
      named.replace(at, word.size(), replacement);
  }
  return named;
}

std::string name_program(std::string_view program, std::string_view kubectl) {
  if (!program.starts_with(kKubectl)) return std::string(program);
  return fmt::format("{}{}", kubectl, program.substr(kKubectl.size()));
}

}  // namespace kencrypt::commands
