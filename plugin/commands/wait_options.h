// The flags of `wait`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/output_choice.h"
#include "control_plane/key_change.h"
#include "kube/server_url.h"

namespace kencrypt::commands {

struct WaitOptions {
  std::string file{};                               // its path, as given; "": none
  std::optional<std::string> configuration{};       // sha256_label of its bytes
  std::optional<control_plane::KeyDemand> keys{};   // --kms
  std::vector<kube::ServerUrl> api_servers{};
  Duration timeout{};
  OutputChoice output{};

  // What the API servers are to do, as in "timed out waiting for the API servers to ...".
  std::string goal() const;
};

cli::FlagTable wait_flags();

// Errors: usage; those of reading the file.
Result<WaitOptions> parse_wait(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
