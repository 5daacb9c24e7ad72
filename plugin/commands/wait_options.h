// The flags of `wait`.
#pragma once

#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/convergence_wait.h"
#include "commands/output_choice.h"
#include "kube/server_url.h"

namespace kencrypt::commands {

struct WaitOptions {
  WaitDemand demand{};
  std::vector<kube::ServerUrl> api_servers{};
  Duration timeout{};
  OutputChoice output{};
};

cli::FlagTable wait_flags();

// Errors: usage; those of reading the file.
Result<WaitOptions> parse_wait(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
