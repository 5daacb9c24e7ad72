// What `manifest check` prints.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "commands/environment.h"
#include "manifest/state.h"
#include "output/format.h"

namespace kencrypt::commands {

// Adds what is to be said about the EncryptionConfiguration on this host: that it is there and can be read as one. What is
// wrong with it makes the manifest incomplete.
void check_config_file(manifest::Checked& checked);

// Why the API server would not start with this file, if so. Errors: io, config, too_large.
Result<void> check_config_file(const std::string& path);

void print_check(const std::string& file, const manifest::Checked& checked, output::Format format, Environment& environment);

}  // namespace kencrypt::commands
