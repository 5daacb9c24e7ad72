#include "commands/rewrite_files.h"

#include <fmt/format.h>

#include <sstream>

#include "base/file.h"
#include "base/replace_file.h"
#include "commands/rewrite_markdown.h"
#include "output/json.h"
#include "rewrite/json_object_list.h"

namespace kencrypt::commands {
namespace {

// 1000 failures of at most about 1 KiB; lists of one's own may be longer.
constexpr std::size_t kMaxListBytes = 64U << 20;

std::string report_text(const RewriteOptions& options, const rewrite::Report& report,
                        const std::vector<rewrite::Target>& targets) {
  if (options.report_path.ends_with(".md")) return rewrite_markdown(report, targets, options.dry_run);
  std::ostringstream text;
  output::write_json(text, report_document(report, targets, options));
  return text.str();
}

}  // namespace

Result<std::vector<rewrite::Target>> read_object_list(const std::string& path) {
  const std::string source = path == "-" ? "/dev/stdin" : path;
  TRY_ASSIGN(const SecretBytes text, read_file(source, kMaxListBytes));
  auto targets = rewrite::parse_object_list(text.view());
  if (!targets) return fail(ErrorKind::config, fmt::format("{}: {}", path, targets.error().message));
  return targets;
}

Result<void> write_rewrite_files(const RewriteOptions& options, const rewrite::Report& report,
                                 const std::vector<rewrite::Target>& targets) {
  Result<void> written;
  if (!options.report_path.empty())
    written = replace_file(options.report_path, report_text(options, report, targets), Sync::yes);
  if (!options.failed_path.empty()) {
    const auto list = replace_file(options.failed_path, rewrite::object_list_text(report.failures, targets), Sync::yes);
    if (written) written = list;
  }
  return written;
}

}  // namespace kencrypt::commands
