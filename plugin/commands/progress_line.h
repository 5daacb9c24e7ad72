// The progress line as every command shows it.
#pragma once

#include "commands/environment.h"
#include "output/progress.h"

namespace kencrypt::commands {

// On standard error, in the style that fits where that goes. `environment` must outlive it.
output::Progress progress_line(Environment& environment);

}  // namespace kencrypt::commands
