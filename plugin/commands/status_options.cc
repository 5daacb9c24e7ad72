#include "commands/status_options.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "cli/common_flags.h"
#include "commands/api_servers.h"
#include "commands/qps_flag.h"
#include "commands/storage_options.h"
#include "commands/targets.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml,
                                       output::Format::wide, output::Format::name,
                                       output::Format::html, output::Format::prometheus};
// Names are held in memory and printed at the end; a run that has to name more is one for a
// rewrite.
constexpr std::int64_t kMostFound = 1'000'000;

// A comma-separated list, so that several findings can be watched for.
Result<FailOn> parse_fail_on(std::string_view text) {
  FailOn fail_on;
  if (text.empty() || text == "none") return fail_on;
  for (const std::string_view word : split(text, ',')) {
    if (word == "plaintext")
      fail_on.plaintext = true;
    else if (word == "stale")
      fail_on.stale = true;
    else if (word == "unknown")
      fail_on.unknown = true;
    else
      return fail(
          ErrorKind::usage,
          fmt::format("Invalid fail-on value ({}). Must be \"none\", \"plaintext\", \"stale\", or "
                      "\"unknown\", or several of them with commas.",
                      word));
  }
  return fail_on;
}

Result<std::optional<Find>> parse_find(const cli::ParsedFlags& flags) {
  const std::string& word = flags.get_string("find");
  const std::int64_t limit = flags.get_int("find-limit");
  if (limit < 1 || limit > kMostFound)
    return fail(ErrorKind::usage, fmt::format("--find-limit must be between 1 and {}", kMostFound));
  if (word.empty()) return std::optional<Find>();
  Find find{
      .wanted = coverage::Class::stale, .word = word, .limit = static_cast<std::size_t>(limit)};
  if (word == "plaintext")
    find.wanted = coverage::Class::plaintext;
  else if (word == "unknown")
    find.wanted = coverage::Class::unknown;
  else if (word != "stale")
    return fail(
        ErrorKind::usage,
        fmt::format("Invalid find value ({}). Must be \"stale\", \"plaintext\", or \"unknown\".",
                    word));
  return find;
}

Result<coverage::Grouping> parse_by(std::string_view word) {
  if (word == "key") return coverage::Grouping::key;
  if (word == "namespace") return coverage::Grouping::name_space;
  if (word == "resource") return coverage::Grouping::resource;
  return fail(ErrorKind::usage,
              fmt::format("Invalid by value ({}). Must be \"key\", \"namespace\", or \"resource\".", word));
}

std::vector<cli::Choice> class_words() {
  return {{"stale", "under another key than the write key"},
          {"plaintext", "not encrypted"},
          {"unknown", "nobody can tell"}};
}

cli::FlagTable look_flags() {
  return {
      {.name = "all-resources",
       .kind = cli::FlagKind::boolean,
       .help =
           "Look at every resource that the API server keeps in etcd, custom resources included."},
      {.name = "by",
       .default_value = "namespace",
       .help = "What each row is about: key, namespace (and resource, where there are several) or resource."},
      {.name = "find",
       .help = "Name the very objects of this kind: stale, plaintext or unknown. With -o name just "
               "them, one a line: resource/namespace/name.",
       .value = cli::one_of(class_words())},
      {.name = "find-limit",
       .kind = cli::FlagKind::integer,
       .default_value = "1000",
       .help = "The most objects of each resource that --find names."},
      qps_flag(),
      api_server_flag("They are compared, and the first is measured. Without it they are looked for."),
      {.name = "safe-to-remove",
       .help = "Say whether this key (as in the KEYS of -o wide: key1, aescbc/key1) may go from the "
               "configuration. Yes only with proof; else no, with every reason, and exit 2.",
       .value = cli::means(cli::Means::encryption_key)}};
}

}  // namespace

cli::FlagTable status_flags() {
  cli::FlagTable flags = target_flags();
  for (cli::Flag& flag : look_flags()) flags.push_back(std::move(flag));
  flags.push_back({.name = "config",
                   .help =
                       "The EncryptionConfiguration file that the API servers should be running. "
                       "If its SHA-256 is the one the server reports, the write key is known from "
                       "it. Without other words, the resources that it encrypts are looked at. Its "
                       "keys are neither kept nor shown.",
                   .value = cli::file()});
  flags.push_back({.name = "fail-on",
                   .default_value = "none",
                   .help = "Exit with 2 if there are objects of this kind: none, plaintext, stale, "
                           "unknown, or several of them with commas.",
                   .value = cli::several_of(class_words(), {{"none", "exit with 0 whatever is found"}})});
  flags.push_back(document_output_flag("json, yaml, wide, name, html, prometheus"));
  flags.push_back({.name = "output-file",
                   .help = "Write the result to this file, which everybody may read, instead of standard output. A file that is "
                           "there is replaced at once when all is known, and stays as it is after an error.",
                   .value = cli::file()});
  for (cli::Flag& flag : template_flags()) flags.push_back(std::move(flag));
  for (cli::Flag& flag : storage_flags()) flags.push_back(std::move(flag));
  return flags;
}

Result<StatusOptions> parse_status(const cli::ParsedFlags& flags) {
  StatusOptions options;
  TRY_ASSIGN(OutputChoice output, parse_output(flags, kFormats));
  options.format = output.format;
  options.document_template = std::move(output.document_template);
  TRY(parse_chunk_size(flags));  // find_targets takes it
  TRY_ASSIGN(options.fail_on, parse_fail_on(flags.get_string("fail-on")));
  options.headers = !flags.get_bool("no-headers");
  TRY_ASSIGN(options.by, parse_by(flags.get_string("by")));
  TRY_ASSIGN(options.find, parse_find(flags));
  if (options.format == output::Format::name && !options.find)
    return fail(ErrorKind::usage, "-o name prints the objects that --find names: add --find");
  TRY_ASSIGN(options.max_requests_per_second, parse_qps(flags));
  TRY_ASSIGN(options.api_servers, parse_api_servers(flags.get_list("api-server")));
  options.safe_to_remove = flags.get_string("safe-to-remove");
  options.output_file = flags.get_string("output-file");
  if (const std::string& path = flags.get_string("config"); !path.empty()) {
    const auto key_bytes =
        flags.get_bool("decrypt") ? encryption::KeyBytes::read : encryption::KeyBytes::leave;
    TRY_ASSIGN(options.config, encryption::read_key_ring(path, key_bytes));
  }
  return options;
}

}  // namespace kencrypt::commands
