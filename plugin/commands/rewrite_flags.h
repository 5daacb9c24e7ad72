// The flags of `rewrite`, and what they say together.
#pragma once

#include <string>

#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/output_choice.h"
#include "commands/preflight.h"
#include "commands/rewrite_output.h"
#include "rewrite/rewriter.h"

namespace kencrypt::commands {

struct RewriteOptions {
  OutputChoice output;
  DryRunMode dry_run = DryRunMode::none;
  bool yes = false;
  bool until_clean = false;
  std::string report_path;      // "" : none
  std::string failed_path;      // "" : none
  std::string checkpoint = {};  // "auto", "none" or a path
  bool restart = false;
  PreflightOptions preflight;
  std::string backend;          // as --backend says it
  rewrite::Options engine;      // without targets and resume
};

// How fast, how patiently, and how an object is written.
cli::FlagTable rewrite_pace_flags();
// What they say; all else is as by default. Errors: usage.
Result<rewrite::Options> parse_rewrite_pace(const cli::ParsedFlags& flags);

// Those that say how, not what, to rewrite.
cli::FlagTable rewrite_flags();

// kubectl's "complete" and "validate". Prints deprecation warnings. Errors: usage.
Result<RewriteOptions> parse_rewrite(const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
