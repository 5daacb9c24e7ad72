// What a rewrite is about: from the words and flags of its command line to resources and objects.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/session.h"
#include "encryption/encryption_keys.h"
#include "rewrite/target.h"

namespace kencrypt::commands {

// --all-resources and --config.
cli::FlagTable resource_flags();

// At least one target, no resource twice. The same rules for namespaces as parse_targets(): without names
// and without -n all of them. As with kubectl, -n has no meaning for what is not in a namespace;
// --all-resources and --config then leave that out. Prints warnings. Errors: usage, before anything is sent
// where the words alone show it; those of ResourceChoice.
Result<std::vector<rewrite::Target>> find_targets(const cli::ParsedFlags& flags, Session& session,
                                                  Environment& environment);

// What `status` is to look at, by the same words and flags; no names. --config beside words or
// --all-resources decides nothing here, and Secrets are meant where it encrypts nothing. `config` is
// its file, or null. Errors: the same.
Result<std::vector<rewrite::Target>> find_looked_at(const cli::ParsedFlags& flags,
                                                    const encryption::KeyRing* config,
                                                    Session& session, Environment& environment);

// Whether these are all objects of their resources: no namespace, no selector, no names.
bool covers_everything(const std::vector<rewrite::Target>& targets);

// How many objects each target has, where the server says. Errors: those of kube::count_objects(), which name the
// resource.
Result<std::vector<std::optional<std::uint64_t>>> count_targets(http::Transport& transport,
                                                                const std::vector<rewrite::Target>& targets);

}  // namespace kencrypt::commands
