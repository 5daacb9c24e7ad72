// What "secrets", "secret/NAME" or "secrets A B" on a command line mean, with the namespace and
// selector flags.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "kube/name_list.h"
#include "kube/resource.h"

namespace kencrypt::commands {

struct Targets {
  kube::Resource resource = kube::secrets_resource();
  kube::Selection selection;
  std::vector<kube::ObjectName> names;  // not empty: just these
};

// -A, -l and --field-selector.
cli::FlagTable target_flags();

// `context_namespace`: where named objects live unless -n says otherwise. Without names and without -n all
// namespaces are meant: a rewrite or a report that silently covers one namespace is how keys get lost.
// Errors: usage, in kubectl's words where it has some.
Result<Targets> parse_targets(const cli::ParsedFlags& flags, std::string_view context_namespace);

}  // namespace kencrypt::commands
