// The flags of `status`, and what they say together.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/output_choice.h"
#include "coverage/coverage.h"
#include "coverage/grouping.h"
#include "encryption/encryption_keys.h"
#include "kube/server_url.h"

namespace kencrypt::commands {

// What --fail-on names.
struct FailOn {
  bool plaintext = false;
  bool stale = false;
  bool unknown = false;

  bool met_by(const coverage::Coverage& total) const {
    return (plaintext && total.plaintext > 0) || (stale && total.stale > 0) ||
           (unknown && (total.unknown > 0 || total.unverified));
  }
};

// What --find names.
struct Find {
  coverage::Class wanted = coverage::Class::stale;
  std::string word;          // "stale"
  std::size_t limit = 1000;  // the most objects to name
};

struct StatusOptions {
  output::Format format = output::Format::table;
  std::optional<output::DocumentTemplate> document_template;  // instead of the format
  FailOn fail_on;
  bool headers = true;
  coverage::Grouping by = coverage::Grouping::name_space;
  std::optional<encryption::KeyRing> config;  // the file of --config; with the keys' bytes for --decrypt alone
  std::optional<Find> find;
  double max_requests_per_second = 0;        // 0: no limit
  std::vector<kube::ServerUrl> api_servers;  // of --api-server
  std::string safe_to_remove;                // the key in question; "": none
  std::string output_file;                   // instead of standard output; "": none
};

cli::FlagTable status_flags();

// kubectl's "complete" and "validate". Errors: usage; those of reading the configuration file.
Result<StatusOptions> parse_status(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
