// The manual page kubectl-encrypt(1), made of what the commands say about themselves.
#pragma once

#include "base/result.h"
#include "commands/environment.h"

namespace kencrypt::commands {

// Writes it to standard output, in the macros of man(7). Its date is SOURCE_DATE_EPOCH (reproducible-builds.org), where
// that is set, else today. Error, of kind usage: that variable is no number of seconds.
Result<int> write_manual(Environment& environment);

}  // namespace kencrypt::commands
