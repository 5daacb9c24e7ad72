// What is stored, and what is left of what was: counts, made into findings. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/coverage.h"
#include "doctor/diagnosis.h"
#include "inventory/decryption_tally.h"
#include "inventory/residue_tally.h"
#include "kube/resource.h"

namespace kencrypt::doctor {

// At most so many namespaces or objects are named in a finding; all are counted.
inline constexpr std::size_t kMaxNamed = 5;

// `source`: where it was seen, "the cluster", "etcd", "backup.db". `write_keys`: by resource.
void check_coverage(const std::string& source, const coverage::CoverageReport& report,
                    const std::vector<std::pair<std::string, coverage::WriteKey>>& write_keys, Diagnosis& diagnosis);

void check_decryption(const std::string& source, const inventory::DecryptionReport& report, Diagnosis& diagnosis);

void check_residue(const std::string& source, const std::vector<inventory::ResidueCount>& residue, Diagnosis& diagnosis);

// Objects that the API server could not read when it was to list them; empty: it could read all.
void check_listing(const std::vector<kube::ObjectName>& unreadable, const std::string& resource, Diagnosis& diagnosis);

}  // namespace kencrypt::doctor
