// How this program calls itself to servers.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::kube {

// "kubectl-encrypt/v0.1.0 (linux/amd64)", in the form of client-go's (rest/config.go
// buildUserAgent) and with Go's names for system and processor.
std::string user_agent(std::string_view version);

}  // namespace kencrypt::kube
