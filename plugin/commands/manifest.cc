// `kubectl encrypt manifest`: encryption at rest in the manifest of a static kube-apiserver.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/file.h"
#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/manifest_check.h"
#include "commands/manifest_file.h"
#include "commands/operands.h"
#include "document/tree.h"
#include "manifest/patch.h"
#include "output/unified_diff.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};

// A path of the host or of a container, not of this directory.
Result<std::string> path_flag(const cli::ParsedFlags& flags, std::string_view name) {
  const std::string& text = flags.get_string(name);
  if (text.empty() && !flags.was_set(name)) return std::string();
  const auto path = manifest::normal_path(text);
  const bool odd = std::any_of(text.begin(), text.end(), [](char c) { return c == ':' || static_cast<unsigned char>(c) < 0x20; });
  if (!path || *path == "/" || odd)
    return fail(ErrorKind::usage, fmt::format("--{} has to be an absolute path, without \"..\" and colons", name));
  return *path;
}

Result<manifest::Wish> parse_wish(const cli::ParsedFlags& flags, const std::string& directory) {
  manifest::Wish wish;
  TRY_ASSIGN(wish.config, path_flag(flags, "config"));
  TRY_ASSIGN(wish.mount_path, path_flag(flags, "mount-path"));
  wish.config_given = flags.was_set("config");
  wish.reload = flags.get_bool("reload");
  wish.manifest_directory = directory;
  if (!directory.empty() && manifest::directory_of(wish.config) == directory)
    return fail(ErrorKind::usage, fmt::format("--config {}: the kubelet takes every file in {} for a Pod, so put it elsewhere",
                                              wish.config, directory));
  return wish;
}

// "FILE: line 12: why".
std::unexpected<Error> about(const std::string& name, Error error) {
  const bool named = error.message.find(name) != std::string::npos;
  return named ? std::unexpected(std::move(error)) : wrap(std::move(error), name == "-" ? "standard input" : name);
}

Result<ManifestFile> read(const std::string& name) {
  if (name != "-") return read_manifest(name);
  ManifestFile file{.name = name, .path = {}, .link_directory = {}, .text = {}};
  TRY_ASSIGN(file.text, read_file("/dev/stdin", document::kMaxDocument));
  return file;
}

Result<int> run_check(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const output::Format format, output::parse_format(flags.get_string("output"), kFormats, {}));
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "FILE", 1));
  const std::string& name = operands.front();
  TRY_ASSIGN(const ManifestFile file, read(name));
  auto checked = manifest::check(file.text.view());
  if (!checked) return about(name, checked.error());
  if (!flags.get_bool("skip-config-check")) check_config_file(*checked);
  print_check(name, *checked, format, environment);
  return checked->complete ? kDone : kFindings;
}

void show_diff(const ManifestFile& file, std::string_view after, Environment& environment) {
  const std::string changed = file.name + " (patched)";
  output::write_unified_diff(environment.out, file.text.view(), after, {file.name, changed});
}

void warn(const manifest::Patched& patched, Environment& environment) {
  if (patched.reloads && patched.single_file)
    environment.err << fmt::format(
        "Warning: {} is mounted as a single file, and the API server does not see another file that is put in its place: put "
        "it into a directory of its own, or restart the API server after a change\n",
        patched.config);
}

Result<void> check_config(const cli::ParsedFlags& flags, const std::string& path) {
  if (flags.get_bool("skip-config-check")) return {};
  auto readable = check_config_file(path);
  if (readable) return {};
  readable.error().message += ": the API server would not start (--skip-config-check, if this is not its host)";
  return readable;
}

Result<int> write(const cli::ParsedFlags& flags, const ManifestFile& file, const manifest::Patched& patched,
                  Environment& environment) {
  if (file.name == "-") return fail(ErrorKind::usage, "--write needs a file, not standard input");
  TRY_ASSIGN(const auto directory, backup_directory(file, flags.get_string("backup-dir")));
  TRY(check_config(flags, patched.config));
  TRY_ASSIGN(const auto backup, write_manifest(file, directory, patched.text.view()));
  environment.out << fmt::format("{} patched; its former bytes are in {}\n", file.name, backup.string());
  environment.err << fmt::format("The kubelet starts the API server anew. To go back: {} manifest patch {} --undo\n",
                                 environment.program, file.name);
  return kDone;
}

Result<int> patch_file(const cli::ParsedFlags& flags, const ManifestFile& file, Environment& environment) {
  TRY_ASSIGN(const manifest::Wish wish, parse_wish(flags, file.link_directory.string()));
  const auto patched = manifest::patch(file.text.view(), wish);
  if (!patched) return about(file.name, patched.error());
  warn(*patched, environment);
  if (!patched->changed) {
    environment.out << fmt::format("{} unchanged: it names {} already\n", file.name, patched->config);
    return kDone;
  }
  show_diff(file, patched->text.view(), environment);
  if (flags.get_bool("write")) return write(flags, file, *patched, environment);
  environment.err << "Nothing is written yet: give --write as well\n";
  return kDone;
}

Result<int> undo(const cli::ParsedFlags& flags, const ManifestFile& file, Environment& environment) {
  for (const std::string_view name : {"config", "mount-path", "reload"})
    if (flags.was_set(name)) return fail(ErrorKind::usage, fmt::format("--{} does not go with --undo", name));
  if (file.name == "-") return fail(ErrorKind::usage, "--undo needs a file, not standard input");
  TRY_ASSIGN(const auto directory, backup_directory(file, flags.get_string("backup-dir")));
  TRY_ASSIGN(const auto backup, find_backup(file, directory));
  TRY_ASSIGN(const ManifestFile former, read_manifest(backup.string()));
  show_diff(file, former.text.view(), environment);
  if (flags.was_set("write") && !flags.get_bool("write")) return kDone;
  TRY(restore_manifest(file, backup, former.text.view()));
  environment.out << fmt::format("{} is as it was before it was patched\n", file.name);
  return kDone;
}

Result<int> run_patch(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "FILE", 1));
  TRY_ASSIGN(const ManifestFile file, read(operands.front()));
  return flags.get_bool("undo") ? undo(flags, file, environment) : patch_file(flags, file, environment);
}

cli::Flag boolean(std::string name, std::string help) {
  return {.name = std::move(name),
          .kind = cli::FlagKind::boolean,
          .default_value = "false",
          .help = std::move(help),
          .without_value = "true"};
}

cli::Flag skip_check_flag() {
  return boolean("skip-config-check", "Do not look at the EncryptionConfiguration: for the manifest of another host.");
}

cli::FlagTable patch_flags() {
  return {
      {.name = "config",
       .default_value = std::string(manifest::kDefaultConfig),
       .help = "The EncryptionConfiguration, as a path of the API server's host. What the manifest names already is kept.",
       .value = cli::file({"yaml", "yml", "json"})},
      {.name = "mount-path",
       .help = "The directory of the container in which the file is to be. By default the one in which it is on the host."},
      boolean("reload", "Have the API server look at the file again every minute (Kubernetes 1.26 and later)."),
      boolean("write", "Write the manifest, instead of only showing what would change."),
      boolean("undo", "Give back the bytes that were there before, unless the file was changed since."),
      {.name = "backup-dir",
       .help = "Where the former bytes are kept. By default in the directory above that of the manifest, and never in that, where "
               "the kubelet would start them.",
       .value = cli::means(cli::Means::directory)},
      skip_check_flag()};
}

Command check_command() {
  return {.name = "check",
          .summary = "Say what is there and what is missing",
          .help = {.description = "Say whether the kube-apiserver of a static Pod's manifest encrypts, and by which file; with exit "
                                  "code 2 if something is missing. \"-\" is standard input.",
                   .examples = {{"Look at the API server of this host",
                                 "{program} manifest check /etc/kubernetes/manifests/kube-apiserver.yaml"}},
                   .subcommands = {},
                   .usage = "{program} manifest check FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = {cli::output_flag("json, yaml"), skip_check_flag()},
          .arguments = cli::file({"yaml", "yml", "json"}),
          .run = &run_check};
}

Command patch_command() {
  return {.name = "patch",
          .summary = "Show or write what turns it on",
          .help = {.description =
                       "Show as a difference what turns encryption at rest on in the manifest of a kube-apiserver, in the style of "
                       "the file and without touching anything else, and with --write write it: whole or not at all, with mode and "
                       "owner kept. A second patch changes nothing, and --undo gives back the same bytes. What cannot be changed "
                       "for sure is explained, with the line and what to do by hand.\n\n"
                       "The kubelet starts the API server anew as soon as its manifest changes. Each control plane host has "
                       "a manifest and an EncryptionConfiguration of its own, with the same keys.",
                   .examples = {{"Show what turning it on would change",
                                 "{program} manifest patch /etc/kubernetes/manifests/kube-apiserver.yaml"},
                                {"Turn it on with a file of one's own, which is looked at every minute",
                                 "{program} manifest patch /etc/kubernetes/manifests/kube-apiserver.yaml --config "
                                 "/etc/kubernetes/enc/enc.yaml --reload --write"},
                                {"Go back to the manifest as it was",
                                 "{program} manifest patch /etc/kubernetes/manifests/kube-apiserver.yaml --undo"}},
                   .subcommands = {},
                   .usage = "{program} manifest patch FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = patch_flags(),
          .arguments = cli::file({"yaml", "yml", "json"}),
          .run = &run_patch};
}

}  // namespace

Command manifest_command() {
  return {.name = "manifest",
          .summary = "Turn on encryption at rest in the manifest of a static kube-apiserver",
          .help = {.description =
                       "Look for encryption at rest in the manifest of a kube-apiserver that the kubelet runs as a static "
                       "Pod, or turn it on: the flag --encryption-provider-config, a volume with the file that it names, "
                       "and the mount of that volume.",
                   .examples = {{"Show whether the API server of this host encrypts, and by which file",
                                 "{program} manifest check /etc/kubernetes/manifests/kube-apiserver.yaml"},
                                {"Show what turning it on would change",
                                 "{program} manifest patch /etc/kubernetes/manifests/kube-apiserver.yaml"}},
                   .subcommands = {},
                   .usage = "{program} manifest COMMAND [flags] [options]",
                   .closing = cli::closing_lines(true)},
          .flags = {},
          .subcommands = {check_command(), patch_command()}};
}

}  // namespace kencrypt::commands
