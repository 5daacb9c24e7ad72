// The flags that every kubectl command takes, with kubectl's names, defaults and words: a habit, an
// alias or a script that works with kubectl works here. Sources: k8s.io/cli-runtime
// pkg/genericclioptions config_flags.go, k8s.io/kubectl pkg/cmd/cmd.go and profiling.go,
// k8s.io/component-base logs.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"

namespace kencrypt::cli {

// All global flags, of group kGlobalGroup, and a hidden -h/--help. Some are accepted without an
// effect, because what they steer in kubectl does not exist here; their help says so.
FlagTable global_flags();

// --request-timeout: zero means no limit. Errors: usage, in kubectl's words.
Result<Duration> request_timeout(const ParsedFlags& flags);

}  // namespace kencrypt::cli
