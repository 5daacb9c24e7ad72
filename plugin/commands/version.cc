#include <fmt/format.h>

#include <ostream>

#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/version_info.h"
#include "output/format.h"
#include "output/json.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};

output::Value document() {
  return output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                                {"kind", "Version"},
                                {"version", kVersion},
                                {"platform", platform()}});
}

Result<int> run_version(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const output::Format format, output::parse_format(flags.get_string("output"), kFormats));
  if (format == output::Format::json)
    output::write_json(environment.out, document());
  else if (format == output::Format::yaml)
    output::write_yaml(environment.out, document());
  else
    environment.out << "Version: " << kVersion << '\n';
  return kDone;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .summary = "Print the version of this plugin",
          .help = {.description = "Print the version of this plugin.",
                   .examples = {{"Print the version", "{program} version"}},
                   .subcommands = {},
                   .usage = "{program} version [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = {cli::output_flag("json, yaml")},
          .arguments = {},
          .run = &run_version};
}

}  // namespace kencrypt::commands
