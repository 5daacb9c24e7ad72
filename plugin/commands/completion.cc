// `kubectl encrypt completion`: scripts for shells, and the shim for kubectl.
#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "cli/command_line.h"
#include "commands/command.h"
#include "commands/completion_install.h"
#include "commands/completion_scripts.h"
#include "commands/exit_code.h"

namespace kencrypt::commands {
namespace {

constexpr std::string_view kWanted = "bash, zsh, fish, kubectl or install";

std::vector<cli::Choice> wanted_words() {
  return {{"bash", "Print the script for bash"},
          {"zsh", "Print the script for zsh"},
          {"fish", "Print the script for fish"},
          {"kubectl", "Print kubectl_complete-encrypt, for kubectl's own completion"},
          {"install", "Write kubectl_complete-encrypt next to the plugin"}};
}

// Beside the plugin, where kubectl finds both: with krew that is its bin directory, not the place
// the link leads to, which changes with each version.
Result<std::filesystem::path> choose_directory(const std::string& wanted,
                                               const Environment& environment) {
  std::error_code error;
  if (!wanted.empty()) return std::filesystem::absolute(wanted, error).lexically_normal();
  const std::string plugin = cli::plugin_file(environment.program);
  const auto found = find_on_path(plugin, environment.variables);
  if (!found)
    return fail(
        ErrorKind::usage,
        fmt::format("{} is not on the PATH: say with --dir where kubectl will find its completion",
                    plugin));
  return found->parent_path();
}

void warn_of_place(const std::filesystem::path& shim, Environment& environment) {
  const auto used = find_on_path(shim.filename().string(), environment.variables);
  std::error_code error;
  if (!used)
    environment.err << fmt::format("Warning: {} is not on the PATH, where kubectl looks for it\n",
                                   shim.parent_path().string());
  else if (!std::filesystem::equivalent(*used, shim, error))
    environment.err << fmt::format(
        "Warning: {} comes first on the PATH, and kubectl will run that\n", used->string());
}

std::string outcome_text(Installed outcome, const std::filesystem::path& shim,
                         const std::string& program) {
  const std::string place = shim.string();
  if (outcome == Installed::already) return fmt::format("{} is up to date\n", place);
  return fmt::format(
      "{} {}: shells that have kubectl's completion (kubectl completion --help) complete \"{}\" "
      "now\n",
      outcome == Installed::anew ? "Wrote" : "Updated", place, program);
}

Result<int> install(const std::string& directory, Environment& environment) {
  TRY_ASSIGN(const std::filesystem::path chosen, choose_directory(directory, environment));
  const std::filesystem::path shim = chosen / cli::completer_file(environment.program);
  TRY_ASSIGN(const Installed outcome, install_shim(shim));
  environment.out << outcome_text(outcome, shim, environment.program);
  warn_of_place(shim, environment);
  return kDone;
}

Result<int> run_completion(const cli::ParsedFlags& flags, Environment& environment) {
  const auto& words = flags.positionals();
  if (words.empty())
    return fail(ErrorKind::usage, fmt::format("Shell not specified. Give one of: {}", kWanted));
  if (words.size() > 1)
    return fail(ErrorKind::usage, fmt::format("Too many arguments. Give one of: {}", kWanted));
  const std::string& wanted = words.front();
  if (wanted == "install") return install(flags.get_string("dir"), environment);
  if (flags.was_set("dir"))
    return fail(ErrorKind::usage, "--dir goes with install alone: the others print");
  if (wanted == "bash")
    environment.out << bash_script();
  else if (wanted == "zsh")
    environment.out << zsh_script();
  else if (wanted == "fish")
    environment.out << fish_script();
  else if (wanted == "kubectl")
    environment.out << kubectl_shim();
  else
    return fail(ErrorKind::usage,
                fmt::format("Unsupported shell type \"{}\". Give one of: {}", wanted, kWanted));
  return kDone;
}

}  // namespace

Command completion_command() {
  return {
      .name = "completion",
      .summary = "Complete this plugin's commands, flags and values in bash, zsh and fish",
      .help =
          {.description =
               "Have a shell complete commands, flags and their values, and what the cluster has: "
               "namespaces, resources, names.\n\n"
               "Behind \"{program}\" it is kubectl's own completion that a shell asks (kubectl "
               "completion "
               "--help), and kubectl asks a program next to this plugin: \"install\" writes it. "
               "The "
               "scripts for bash, zsh and fish are for the plugin under its own name, "
               "kubectl-encrypt.",
           .examples = {{"Complete the plugin wherever kubectl is completed",
                         "{program} completion install"},
                        {"The same in a directory of one's own on the PATH",
                         "{program} completion install --dir ~/.local/bin"},
                        {"Complete kubectl-encrypt in this bash",
                         "source <(kubectl-encrypt completion bash)"},
                        {"The same in fish", "kubectl-encrypt completion fish | source"}},
           .subcommands = {},
           .usage = "{program} completion (bash | zsh | fish | kubectl | install [--dir "
                    "DIRECTORY]) [options]",
           .closing = cli::closing_lines(false)},
      .flags = {{.name = "dir",
                 .help = "With install: the directory to write to. By default the one where the "
                         "plugin is found on "
                         "the PATH.",
                 .value = cli::means(cli::Means::directory)}},
      .arguments = cli::one_of(wanted_words()),
      .run = &run_completion};
}

}  // namespace kencrypt::commands
