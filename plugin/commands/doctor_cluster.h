// The cluster as `doctor` asks about it: whatever the user's rights allow.
#pragma once

#include <optional>

#include "commands/api_servers.h"
#include "commands/doctor_options.h"
#include "commands/environment.h"
#include "commands/session.h"
#include "control_plane/survey.h"
#include "doctor/api_servers.h"
#include "doctor/diagnosis.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {

// What is compared with the cluster; both may be missing.
struct ClusterFiles {
  std::optional<doctor::GivenFile> file;
  const encryption::KeyRing* ring = nullptr;
};

// Never fails: what cannot be found out is in the diagnosis, with the right that is missing. What the servers' /metrics
// said; nullopt if they could not be read.
std::optional<control_plane::Survey> look_at_cluster(const DoctorOptions& options, const ClusterFiles& files, Session& session,
                                                     ApiServers& servers, Environment& environment, doctor::Diagnosis& diagnosis);

}  // namespace kencrypt::commands
