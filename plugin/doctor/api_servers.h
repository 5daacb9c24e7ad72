// What the API servers say of themselves: which configuration they run, whether they are ready, which keys their KMS
// plugins name. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "census/server_agreement.h"
#include "control_plane/readiness.h"
#include "control_plane/survey.h"
#include "doctor/diagnosis.h"

namespace kencrypt::doctor {

// Of --config.
struct GivenFile {
  std::string name;
  std::string hash;  // sha256_label() of its bytes
};

// A server that fails to reload tries again every minute; so long after its last failure it has gone on.
inline constexpr Duration kReloadPatience = std::chrono::minutes(3);

// What their /metrics say.
void check_servers(const control_plane::Survey& survey, const std::optional<GivenFile>& file, Diagnosis& diagnosis);

// By address, "10.0.0.1:6443".
using ReadinessByAddress = std::map<std::string, Result<control_plane::Readiness>>;
void check_readiness(const ReadinessByAddress& servers, Diagnosis& diagnosis);

// Whether any of them runs the file.
bool runs(const control_plane::Survey& survey, const GivenFile& file);

}  // namespace kencrypt::doctor
