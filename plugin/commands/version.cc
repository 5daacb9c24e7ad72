#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <ostream>

#include "base/text.h"
#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/session.h"
#include "commands/version_info.h"
#include "kube/server_version.h"
#include "output/json.h"
#include "output/printable.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

// What kubectl says of itself under this name, for whoever reads both.
output::Value client_document() {
  const auto parts = split(kVersion.substr(1), '.');  // "v0.1.0"
  return output::Value::object({{"major", parts.at(0)},
                                {"minor", parts.at(1)},
                                {"gitVersion", kVersion},
                                {"platform", platform()}});
}

output::Value library_versions() {
  output::Value versions = output::Value::object();
  for (const Library& library : libraries()) versions.set(library.name, library.version);
  return versions;
}

output::Value document() {
  return output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                                {"kind", "Version"},
                                {"version", kVersion},
                                {"platform", platform()},
                                {"libraries", library_versions()},
                                {"clientVersion", client_document()}});
}

output::Value server_document(const kube::ServerVersion& version) {
  output::Value document = output::Value::object();
  for (const auto& [name, text] : version.fields) document.set(name, text);
  return document;
}

void print_versions(const std::string& format, const std::optional<kube::ServerVersion>& server,
           std::ostream& out) {
  if (format.empty()) {
    out << "Client Version: " << kVersion << '\n';
    if (server) out << "Server Version: " << output::printable(server->git_version()) << '\n';
    return;
  }
  output::Value both = document();
  if (server) both.set("serverVersion", server_document(*server));
  if (format == "json")
    output::write_json(out, both);
  else
    output::write_yaml(out, both);
}

Result<void> check_words(const cli::ParsedFlags& flags, const std::string& format) {
  if (!flags.positionals().empty())
    return fail(ErrorKind::usage,
                fmt::format("extra arguments: [{}]", fmt::join(flags.positionals(), " ")));
  if (!format.empty() && format != "json" && format != "yaml")
    return fail(ErrorKind::usage, "--output must be 'yaml' or 'json'");
  return {};
}

// The plugin's own version is there whatever the server says; where no server is configured none is
// asked.
Result<int> run_version(const cli::ParsedFlags& flags, Environment& environment) {
  const std::string& format = flags.get_string("output");
  TRY(check_words(flags, format));
  if (flags.get_bool("client")) {
    print_versions(format, std::nullopt, environment.out);
    return kDone;
  }
  const auto session = open_session(flags, environment, {.max_connections = 1});
  if (!session && session.error().kind != ErrorKind::unconfigured)
    return std::unexpected(session.error());
  if (!session) {
    print_versions(format, std::nullopt, environment.out);
    return kDone;
  }
  const auto server = kube::ask_server_version((*session)->transport());
  print_versions(format, server ? std::optional(*server) : std::nullopt, environment.out);
  TRY(server);
  return (*session)->close(kDone);
}

}  // namespace

Command version_command() {
  return {
      .name = "version",
      .summary = "Print the version of this plugin and of the server",
      .help =
          {.description =
               "Print the version of this plugin, and of the API server of the current context. As JSON or YAML also the "
               "versions of the libraries that the plugin is built with.",
           .examples = {{"Print both versions", "{program} version"},
                        {"Print that of the plugin, without asking a server",
                         "{program} version --client"}},
           .subcommands = {},
           .usage = "{program} version [flags] [options]",
           .closing = cli::closing_lines(false)},
      .flags = {cli::Flag{.name = "client",
                          .kind = cli::FlagKind::boolean,
                          .help = "If true, shows client version only (no server required)."},
                cli::output_flag("json, yaml")},
      .arguments = {},
      .run = &run_version};
}

}  // namespace kencrypt::commands
