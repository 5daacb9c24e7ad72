// Rows and meanings of flags that several commands share, in kubectl's words (k8s.io/kubectl
// pkg/cmd/get/get.go, pkg/cmd/util/helpers.go).
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"

namespace kencrypt::cli {

Flag all_namespaces_flag();  // -A
Flag selector_flag();        // -l
Flag field_selector_flag();
Flag chunk_size_flag();  // default 500; 0 asks for everything at once
// -o; `formats` as the help shows them: "json, yaml, wide". They are also what a shell completes.
Flag output_flag(std::string_view formats);
Flag no_headers_flag();
Flag yes_flag();      // -y: do not ask
Flag dry_run_flag();  // text; read it with dry_run()

enum class DryRun { none, client, server };

struct DryRunChoice {
  DryRun mode = DryRun::none;
  // "" or a warning to print: the bare --dry-run is deprecated and means client.
  std::string_view warning;
};

// The meaning of --dry-run. Errors: usage, in kubectl's words, for a value that is none of
// none, server, client.
Result<DryRunChoice> dry_run(const ParsedFlags& flags);

}  // namespace kencrypt::cli
