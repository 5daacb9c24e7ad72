#include "commands/rotation_begin.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "base/file.h"
#include "base/replace_file.h"
#include "base/rfc3339.h"
#include "base/sha256.h"
#include "commands/exit_code.h"
#include "commands/new_key.h"
#include "commands/rotation_files.h"
#include "config/change.h"
#include "document/tree.h"
#include "output/confirm.h"
#include "output/printable.h"
#include "rotation/archive.h"
#include "rotation/machine.h"
#include "rotation/plan.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;
using rotation::Journal;
using rotation::Operation;
using rotation::Version;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

Result<std::optional<SecretBytes>> read_if_there(const fs::path& file) {
  if (!is_there(file)) return std::optional<SecretBytes>();
  TRY_ASSIGN(SecretBytes text, read_file(file, document::kMaxDocument));
  return std::optional(std::move(text));
}

// What may stand in a file's name anywhere.
std::string plain(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    name += fits ? c : '-';
  }
  return name.substr(0, 80);
}

fs::path default_archive(const fs::path& file, const std::string& name) { return file.string() + ".archive-" + plain(name); }

// Also not that of a key that was taken out of this file: a backup could need either.
Result<std::string> choose_name(const RotationOptions& options, const cli::ParsedFlags& flags, std::string_view text,
                                Environment& environment) {
  return free_key_name(flags, environment, [&](const std::string& name) {
    return (!text.empty() && config::has_key(text, name)) ||
           std::ranges::any_of(std::initializer_list<std::string_view>{"secretbox", "aesgcm", "aescbc"}, [&](std::string_view provider) {
             return is_there(default_archive(options.file, fmt::format("{}/{}", provider, name)));
           });
  });
}

Result<Journal> plan(const RotationOptions& options, const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const auto text, read_if_there(options.file));
  if (!text && options.operation != Operation::enable)
    return fail(ErrorKind::io, fmt::format("{}: there is no such file", options.file.string()));
  if (options.operation == Operation::disable) return rotation::begin_disable(*text);
  rotation::Wish wish{.key_name = options.kms_name,
                      .provider = options.provider,
                      .kms_endpoint = options.kms_endpoint,
                      .resources = options.resources};
  if (wish.key_name.empty()) {
    TRY_ASSIGN(wish.key_name, choose_name(options, flags, text ? text->view() : std::string_view(), environment));
  }
  if (options.operation == Operation::rotate) return rotation::begin_rotate(*text, wish);
  if (text && flags.was_set("resources"))
    return fail(ErrorKind::usage, "--resources is for a new file: this one says itself what it encrypts");
  return rotation::begin_enable(text, wish);
}

std::string goal(const Journal& journal) {
  switch (journal.operation) {
    case Operation::enable: return fmt::format("turn on encryption with the key {}", journal.new_key);
    case Operation::rotate:
      return fmt::format("go over from {} to {}{}{}", fmt::join(journal.old_keys, ", "), journal.provider,
                         journal.provider.empty() ? "" : "/", journal.new_key);
    case Operation::disable: return fmt::format("turn off encryption, and take out {}", fmt::join(journal.old_keys, ", "));
  }
  return {};
}

// Of a key, or of a KMS; "" where any will do.
std::string wished_name(const cli::ParsedFlags& flags) {
  return flags.get_string(flags.was_set("kms-name") ? "kms-name" : "key-name");
}

// A key of that name that writes already was brought there by this command, or by hand.
bool nothing_to_do(const cli::ParsedFlags& flags, const RotationOptions& options) {
  if (options.operation != Operation::rotate || wished_name(flags).empty()) return false;
  const auto text = read_file(options.file, document::kMaxDocument);
  if (!text) return false;
  const auto structure = config::read_structure(text->view());
  return structure && rotation::writes_everywhere_with(*structure, {.key_name = wished_name(flags), .provider = options.provider});
}

Result<bool> may_begin(const RotationOptions& options, const Journal& journal, Environment& environment) {
  if (options.yes) return true;
  if (!environment.terminals.in)
    return fail(ErrorKind::usage, fmt::format("{} asks before it begins, and standard input is no terminal: add --yes, or look first "
                                              "with --dry-run=client",
                                              operation_name(options.operation)));
  print_plan(options, journal, environment);
  return output::confirm(environment.in, environment.err);
}

}  // namespace

Result<std::string> file_hash(const fs::path& file) {
  TRY_ASSIGN(const auto text, read_if_there(file));
  return text ? sha256_label(text->view()) : std::string();
}

Result<std::optional<Journal>> begin_rotation(const RotationOptions& options, const cli::ParsedFlags& flags,
                                              Environment& environment) {
  if (nothing_to_do(flags, options)) {
    environment.out << output::printable(fmt::format("{}: the key {} writes already, and no change of keys is under way",
                                                     options.file.string(), wished_name(flags)))
                    << '\n';
    return std::optional<Journal>();
  }
  auto journal = plan(options, flags, environment);
  if (!journal && journal.error().kind == ErrorKind::config) return wrap(std::move(journal).error(), options.file.string());
  TRY(journal);
  journal->began = format_rfc3339(environment.clock.wall());
  if (options.plan_only) {
    print_plan(options, *journal, environment);
    return std::optional<Journal>();
  }
  TRY_ASSIGN(const bool wanted, may_begin(options, *journal, environment));
  if (wanted) return std::optional(*std::move(journal));
  environment.err << operation_name(options.operation) << " is cancelled\n";
  return std::optional<Journal>();
}

int print_plan(const RotationOptions& options, const Journal& journal, Environment& environment) {
  std::ostream& out = options.plan_only ? environment.out : environment.err;
  out << output::printable(fmt::format("{} will {}, by {}:", operation_name(journal.operation), goal(journal), options.file.string())) << '\n';
  int number = 0;
  for (const rotation::Stage& stage : rotation::stages_of(journal.operation))
    out << fmt::format("{:>3}. {}\n", ++number, describe(stage.step));
  return kDone;
}

Result<void> check_same(const RotationOptions& options, const cli::ParsedFlags& flags, const Journal& journal) {
  const std::string under_way = fmt::format("{}: `{}`, begun at {}, is under way", options.file.string(),
                                            operation_name(journal.operation), journal.began);
  if (journal.operation != options.operation)
    return fail(ErrorKind::conflict, under_way + ": run that to its end first, or see `rotate abort`");
  if (options.operation == Operation::disable) return {};
  const bool other_name = !wished_name(flags).empty() && wished_name(flags) != journal.new_key;
  const bool other_provider = flags.was_set("provider") && options.provider != journal.provider;
  if (!other_name && !other_provider) return {};
  return fail(ErrorKind::conflict, fmt::format("{} with the key {}{}{}: leave out what names another one to go on with it", under_way,
                                               journal.provider, journal.provider.empty() ? "" : "/", journal.new_key));
}

std::unexpected<Error> refuse_changed_file(const fs::path& file, const Journal& journal) {
  const rotation::KnownVersion* last = nullptr;
  for (const auto& version : journal.versions)
    if (version) last = &*version;
  std::string says = "there is no such file";
  if (const auto text = read_file(file, document::kMaxDocument)) {
    const auto structure = config::read_structure(text->view());
    says = structure ? fmt::format("it says \"{}\"", rotation::outline(*structure)) : structure.error().message;
  }
  return fail(ErrorKind::conflict,
              output::printable(fmt::format(
                  "{0} was changed by somebody else while `{1}` is under way: {2}; it should be {3}, \"{4}\". Put that version back (one of "
                  "{0}.bak-* may be it) and run this again, or forget what was begun with `rotate abort` and begin anew from what the file says",
                  file.string(), operation_name(journal.operation), says, last->hash.empty() ? "missing" : last->hash, last->outline)));
}

Result<fs::path> archive_path(const RotationOptions& options, const Journal& journal) {
  if (!journal.archive.empty()) return fs::path(journal.archive);
  if (!options.archive.empty()) {
    if (is_there(options.archive))
      return fail(ErrorKind::conflict, fmt::format("--archive {} is there already, and is left as it is", options.archive));
    return real_path(options.archive);
  }
  const std::string name = journal.old_keys.size() == 1 ? journal.old_keys.front() : journal.proven;
  const std::string wanted = default_archive(options.file, name).string();
  std::string path = wanted;
  for (int i = 2; is_there(path); ++i) path = fmt::format("{}-{}", wanted, i);
  return fs::path(path);
}

Result<void> write_archive(const fs::path& path, std::string_view text, const fs::path& file, const Journal& journal) {
  TRY_ASSIGN(const config::Structure structure, config::read_structure(text));
  TRY_ASSIGN(const SecretBytes kept, rotation::archive_text(structure, journal.old_keys, {file.string(), journal.proven}));
  return replace_file(path, kept.view(), Sync::yes);
}

}  // namespace kencrypt::commands
