#include "commands/rewrite_flags.h"

#include <fmt/format.h>

#include <ostream>
#include <random>

#include "base/bytes.h"
#include "cli/common_flags.h"
#include "commands/qps_flag.h"
#include "commands/targets.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};
// HTTP/2 streams an API server allows on one connection (k8s.io/apiserver pkg/server/secure_serving.go).
constexpr std::int64_t kMaxConcurrency = 100;
// A page is bounded in bytes whatever its number of objects, so "no limit" is a large one.
constexpr std::size_t kNoChunks = 100000;

DryRunMode to_mode(cli::DryRun mode) {
  switch (mode) {
    case cli::DryRun::none: return DryRunMode::none;
    case cli::DryRun::client: return DryRunMode::client;
    case cli::DryRun::server: return DryRunMode::server;
  }
  return DryRunMode::none;
}

Result<rewrite::Strategy> parse_strategy(const std::string& text) {
  if (text == "replace") return rewrite::Strategy::replace;
  if (text == "patch") return rewrite::Strategy::patch;
  return fail(ErrorKind::usage, fmt::format("--strategy must be replace or patch, not \"{}\"", text));
}

Result<double> parse_bandwidth(const std::string& text) {
  if (text.empty()) return 0;
  const auto bytes = parse_bytes(text);
  if (!bytes)
    return fail(ErrorKind::usage, fmt::format("--bandwidth must be an amount of bytes a second, like 10Mi, "
                                              "not \"{}\"", text));
  return static_cast<double>(*bytes);
}

Result<std::size_t> parse_concurrency(std::int64_t concurrency) {
  if (concurrency < 1 || concurrency > kMaxConcurrency)
    return fail(ErrorKind::usage, fmt::format("--concurrency must be between 1 and {}, the streams an "
                                              "API server allows on one connection",
                                              kMaxConcurrency));
  return static_cast<std::size_t>(concurrency);
}

rewrite::PageLimits page_limits(std::size_t chunk) {
  rewrite::PageLimits limits;
  limits.most_objects = chunk == 0 ? kNoChunks : chunk;
  limits.first_objects = std::min(limits.first_objects, limits.most_objects);
  return limits;
}

Result<rewrite::Options> parse_engine(const cli::ParsedFlags& flags) {
  TRY_ASSIGN(rewrite::Options engine, parse_rewrite_pace(flags));
  TRY_ASSIGN(const std::size_t chunk, parse_chunk_size(flags));
  engine.limits = page_limits(chunk);
  engine.seed = std::random_device{}();
  return engine;
}

Result<std::string> parse_report_path(const std::string& path) {
  if (path.empty() || path.ends_with(".json") || path.ends_with(".md")) return path;
  return fail(ErrorKind::usage, "--report writes JSON or Markdown: name a file that ends in .json or .md");
}

cli::FlagTable file_flags() {
  return {{.name = "report", .help = "Write a report to this file: JSON, or Markdown if it ends in .md.",
           .value = cli::file({"json", "md"})},
          {.name = "failed-to",
           .help = "Write the objects that failed to this file, for rewrite -f FILE.",
           .value = cli::file()},
          {.name = "checkpoint",
           .default_value = "auto",
           .help = "Where to remember what is done, so that the next run goes on after this one was killed: a "
                   "file, auto for one below ~/.kube/cache, or none. It holds names, never content.",
           .value = cli::file_or({{"auto", "below ~/.kube/cache"}, {"none", "begin anew each time"}})},
          {.name = "restart",
           .kind = cli::FlagKind::boolean,
           .help = "Forget what an earlier run has done and begin anew."}};
}

}  // namespace

cli::FlagTable rewrite_pace_flags() {
  return {
      {.name = "concurrency",
       .kind = cli::FlagKind::integer,
       .default_value = "64",
       .help = "The most objects that are written at the same time. Fewer are, where the server "
               "does not "
               "keep up."},
      qps_flag(),
      {.name = "bandwidth",
       .help = "The most bytes of objects a second, both ways together, like 10Mi."},
      {.name = "strategy",
       .default_value = "replace",
       .help =
           "How an object is written: replace sends it back as it was received; patch sends a "
           "merge "
           "patch that changes nothing and reads metadata alone, so that no content leaves the API "
           "server.",
       .value = cli::one_of({{"replace", "send each object back as it was received"},
                             {"patch", "read metadata alone"}})},
      {.name = "max-outage",
       .kind = cli::FlagKind::duration,
       .default_value = "2m",
       .help = "How long to wait for a server that is away or overloaded before giving up."},
      {.name = "max-failures",
       .kind = cli::FlagKind::integer,
       .default_value = "-1",
       .help = "Stop when more objects than this have failed; -1 goes on whatever fails."},
      {.name = "until-clean",
       .kind = cli::FlagKind::boolean,
       .help = "Go through everything again until nothing was left to write."}};
}

Result<rewrite::Options> parse_rewrite_pace(const cli::ParsedFlags& flags) {
  rewrite::Options engine;
  TRY_ASSIGN(engine.strategy, parse_strategy(flags.get_string("strategy")));
  TRY_ASSIGN(engine.max_in_flight, parse_concurrency(flags.get_int("concurrency")));
  TRY_ASSIGN(engine.max_requests_per_second, parse_qps(flags));
  TRY_ASSIGN(engine.max_bytes_per_second, parse_bandwidth(flags.get_string("bandwidth")));
  engine.max_outage = flags.get_duration("max-outage");
  const std::int64_t failures = flags.get_int("max-failures");
  if (failures >= 0) engine.max_failures = static_cast<std::uint64_t>(failures);
  return engine;
}

cli::FlagTable rewrite_flags() {
  cli::FlagTable flags = {cli::yes_flag(), cli::dry_run_flag(), document_output_flag("json, yaml")};
  for (cli::Flag& flag : template_flags()) flags.push_back(std::move(flag));
  for (cli::Flag& flag : rewrite_pace_flags()) flags.push_back(std::move(flag));
  for (cli::Flag& flag : file_flags()) flags.push_back(std::move(flag));
  return flags;
}

Result<RewriteOptions> parse_rewrite(const cli::ParsedFlags& flags, Environment& environment) {
  RewriteOptions options;
  TRY_ASSIGN(options.output, parse_output(flags, kFormats));
  TRY_ASSIGN(const cli::DryRunChoice choice, cli::dry_run(flags));
  if (!choice.warning.empty()) environment.err << choice.warning << '\n';
  options.dry_run = to_mode(choice.mode);
  options.yes = flags.get_bool("yes");
  options.until_clean = flags.get_bool("until-clean");
  TRY_ASSIGN(options.report_path, parse_report_path(flags.get_string("report")));
  options.failed_path = flags.get_string("failed-to");
  options.checkpoint = flags.get_string("checkpoint");
  options.restart = flags.get_bool("restart");
  TRY_ASSIGN(options.preflight, parse_preflight(flags));
  options.backend = flags.get_string("backend");
  TRY_ASSIGN(options.engine, parse_engine(flags));
  if (options.dry_run == DryRunMode::server) options.engine.dry_run = kube::DryRun::server;
  return options;
}

}  // namespace kencrypt::commands
