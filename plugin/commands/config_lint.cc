#include "commands/config_lint.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <istream>
#include <iterator>
#include <optional>

#include "base/file.h"
#include "base/sha256.h"
#include "commands/config_lint_output.h"
#include "commands/exit_code.h"
#include "commands/operands.h"
#include "config/lint.h"
#include "document/tree.h"
#include "output/format.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::sarif};
constexpr std::string_view kStandardInput = "-";

// "1.37", "v1.30.4": only the minor counts.
Result<int> parse_minor(std::string_view text) {
  const std::string given(text);
  if (text.starts_with('v')) text.remove_prefix(1);
  int minor = 0;
  const std::string_view digits = text.starts_with("1.") ? text.substr(2) : std::string_view();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  const bool whole = end == digits.data() + digits.size() || *end == '.';
  if (digits.empty() || error != std::errc() || !whole || minor < config::Server::kOldestMinor)
    return fail(ErrorKind::usage, fmt::format("Invalid server-version value ({}). Must be a release of Kubernetes from 1.{} on, "
                                              "like 1.{}.",
                                              given, config::Server::kOldestMinor, config::Server::kNewestMinor));
  return minor;
}

enum class LintFailOn { error, warning, none };

Result<LintFailOn> parse_lint_fail_on(const std::string& text) {
  if (text == "error") return LintFailOn::error;
  if (text == "warning") return LintFailOn::warning;
  if (text == "none") return LintFailOn::none;
  return fail(ErrorKind::usage,
              fmt::format("Invalid fail-on value ({}). Must be \"error\", \"warning\", or \"none\".", text));
}

Result<config::Server> parse_server(const cli::ParsedFlags& flags) {
  config::Server server{.kms_v1_gate = flags.get_bool("kms-v1"), .reloads = flags.get_bool("automatic-reload")};
  const std::string& version = flags.get_string("server-version");
  if (version.empty()) return server;
  TRY_ASSIGN(server.minor, parse_minor(version));
  return server;
}

Result<SecretBytes> read_standard_input(std::istream& in) {
  SecretBytes text;
  const std::span<char> room = text.resize(document::kMaxDocument + 1);
  in.read(room.data(), std::ssize(room));
  text.truncate(static_cast<std::size_t>(in.gcount()));
  if (text.size() > document::kMaxDocument)
    return fail(ErrorKind::too_large, fmt::format("standard input has more than {} bytes", document::kMaxDocument));
  return text;
}

std::int64_t seconds_now(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

Result<LintReport> lint_standard_input(const config::Server& server, Environment& environment) {
  TRY_ASSIGN(const SecretBytes text, read_standard_input(environment.in));
  return LintReport{"standard input", sha256_label(text.view()), server, config::lint(text.view(), server)};
}

Result<LintReport> lint_file(const std::string& file, int max_key_days, const config::Server& server,
                             Environment& environment) {
  TRY_ASSIGN(const SecretBytes text, read_file(file, document::kMaxDocument));
  TRY_ASSIGN(config::FileFacts facts, config::look_at_file(file, seconds_now(environment.clock)));
  facts.max_key_days = max_key_days;
  return LintReport{file, sha256_label(text.view()), server, config::lint(text.view(), server, &facts)};
}

int exit_code(const LintReport& report, LintFailOn fail_on) {
  const bool found = fail_on == LintFailOn::warning ? !report.findings.empty() : report.errors() > 0;
  return found && fail_on != LintFailOn::none ? kFindings : kDone;
}

}  // namespace

Result<int> parse_max_key_age(const cli::ParsedFlags& flags) {
  static constexpr std::int64_t kMost = 36'500;
  const std::int64_t days = flags.get_int("max-key-age");
  if (days < 0 || days > kMost)
    return fail(ErrorKind::usage, fmt::format("--max-key-age must be between 0 and {} days", kMost));
  return static_cast<int>(days);
}

cli::FlagTable config_lint_flags() {
  return {{.name = "server-version",
           .help = "The release of the API server, like 1.30, by whose rules the file is checked. By default those of all "
                   "from 1.31 on."},
          {.name = "kms-v1",
           .kind = cli::FlagKind::boolean,
           .help = "The API server runs with --feature-gates=KMSv1=true."},
          {.name = "automatic-reload",
           .kind = cli::FlagKind::boolean,
           .help = "The API server runs with --encryption-provider-config-automatic-reload."},
          {.name = "max-key-age",
           .kind = cli::FlagKind::integer,
           .default_value = "365",
           .help = "After how many days a key that still writes is worth a warning; 0: never."},
          {.name = "fail-on",
           .default_value = "error",
           .help = "Exit with 2 if there are findings of this kind: error (what the API server refuses), warning (those, "
                   "too), none.",
           .value = cli::one_of({"error", "warning", "none"})}};
}

Result<int> run_config_lint(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "FILE", 1));
  const std::string& file = operands.front();
  TRY_ASSIGN(const output::Format format, output::parse_format(flags.get_string("output"), kFormats, {}));
  TRY_ASSIGN(const config::Server server, parse_server(flags));
  TRY_ASSIGN(const int days, parse_max_key_age(flags));
  TRY_ASSIGN(const LintFailOn fail_on, parse_lint_fail_on(flags.get_string("fail-on")));
  TRY_ASSIGN(const LintReport report, file == kStandardInput ? lint_standard_input(server, environment)
                                                             : lint_file(file, days, server, environment));
  write_lint_report(environment.out, report, format);
  return exit_code(report, fail_on);
}

}  // namespace kencrypt::commands
