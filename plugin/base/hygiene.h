// What a process that handles Secrets owes its host.
#pragma once

namespace kencrypt {

// No core file and no ptrace attach from now on, for this process; children inherit the core limit.
// Called first in main; a failure is ignored, since there is nothing better to do.
void forbid_core_dumps() noexcept;

}  // namespace kencrypt
