#include "cli/common_flags.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kencrypt::cli {
namespace {

// What a bare --dry-run stands for in kubectl, so that it differs from every value a user may
// write.
constexpr std::string_view kBareDryRun = "unchanged";
constexpr std::string_view kBareDryRunWarning =
    "--dry-run is deprecated and can be replaced with --dry-run=client.";

// "json, yaml"
ValueShape listed(std::string_view words) {
  ValueShape shape{.means = Means::words};
  for (const std::string_view word : split(words, ','))
    shape.words.emplace_back(std::string(trim(word)));
  return shape;
}

}  // namespace

Flag all_namespaces_flag() {
  return {.name = "all-namespaces",
          .letter = 'A',
          .kind = FlagKind::boolean,
          .help =
              "If present, list the requested object(s) across all namespaces. Namespace in "
              "current context is ignored even if specified with --namespace."};
}

Flag selector_flag() {
  return {.name = "selector",
          .letter = 'l',
          .help =
              "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'. "
              "(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must "
              "satisfy all of the specified label constraints."};
}

Flag field_selector_flag() {
  return {.name = "field-selector",
          .help =
              "Selector (field query) to filter on, supports '=', '==', and '!='. (e.g. "
              "--field-selector key1=value1,key2=value2). The server only supports a limited "
              "number of field queries per type."};
}

Flag chunk_size_flag() {
  return {.name = "chunk-size",
          .kind = FlagKind::integer,
          .default_value = "500",
          .help = "Return large lists in chunks rather than all at once. Pass 0 to disable."};
}

Flag output_flag(std::string_view formats) {
  return {.name = "output",
          .letter = 'o',
          .help = fmt::format("Output format. One of: ({}).", formats),
          .value = listed(formats)};
}

Flag no_headers_flag() {
  return {.name = "no-headers",
          .kind = FlagKind::boolean,
          .help =
              "When using the default output format, don't print headers (default print "
              "headers)."};
}

Flag yes_flag() {
  return {.name = "yes",
          .letter = 'y',
          .kind = FlagKind::boolean,
          .help = "If true, do not ask for confirmation."};
}

Flag dry_run_flag() {
  return {.name = "dry-run",
          .default_value = "none",
          .help =
              "Must be \"none\", \"server\", or \"client\". If client strategy, only print the "
              "object that would be sent, without sending it. If server strategy, submit "
              "server-side request without persisting the resource.",
          .without_value = std::string(kBareDryRun),
          .value = one_of({{"none", "really write"},
                           {"client", "only count"},
                           {"server", "send everything, and store nothing"}})};
}

Result<DryRunChoice> dry_run(const ParsedFlags& flags) {
  const std::string& value = flags.get_string("dry-run");
  if (value == "none") return DryRunChoice{};
  if (value == "client") return DryRunChoice{DryRun::client, {}};
  if (value == "server") return DryRunChoice{DryRun::server, {}};
  if (value == kBareDryRun) return DryRunChoice{DryRun::client, kBareDryRunWarning};
  return fail(
      ErrorKind::usage,
      fmt::format("Invalid dry-run value ({}). Must be \"none\", \"server\", or \"client\".",
                  value));
}

}  // namespace kencrypt::cli
