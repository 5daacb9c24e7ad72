// What is wrong with a chosen cluster and user.
#pragma once

#include "base/result.h"
#include "kube/selection.h"

namespace kencrypt::kube {

// client-go's checks (tools/clientcmd/validation.go, transport/transport.go) in its words: a
// context that is missing, a file and its data both given, a key missing, files that cannot be
// opened, two ways to authenticate, an unusable exec section, impersonation without a user, a CA
// next to insecure-skip-tls-verify. Opens the files, but reads none. Errors: config; several
// problems are listed in one message, one a line.
Result<void> check_selected(const Selected& selected);

}  // namespace kencrypt::kube
