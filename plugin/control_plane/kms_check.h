// Has a KMS v2 key changed so recently that a server may still write under the former one? Pure.
//
// A server asks its plugin for the key's ID every minute. Once the ID is another it makes a new
// data key, but may write with the old one for 3 minutes after the last good answer
// (kmsv2PluginHealthzPositiveInterval and kmsv2PluginWriteDEKSourceMaxTTL in k8s.io/apiserver
// pkg/server/options/encryptionconfig/config.go). So the time that counts begins when the former ID
// was last named.
#pragma once

#include <span>

#include "control_plane/finding.h"
#include "control_plane/server_check.h"

namespace kencrypt::control_plane {

// 3 minutes of the old data key, and one in which the servers that could not be seen ask their
// plugin.
inline constexpr Duration kKeyChangeWait = std::chrono::minutes(4);

Finding check_keys(std::span<const SeenServer> seen);

}  // namespace kencrypt::control_plane
