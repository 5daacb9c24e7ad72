// Whether an audit policy has the API server write the contents of Secrets into its audit log. Pure.
//
// Of the rules of a policy the first that matches a request decides (k8s.io/apiserver pkg/audit/policy/checker.go). At
// level Request the body of a request is logged, at RequestResponse also that of the reply; the log is plaintext.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doctor/diagnosis.h"

namespace kencrypt::doctor {

// A rule by which contents of Secrets are logged.
struct LoggingRule {
  std::size_t number = 0;  // from 1
  std::size_t line = 0;
  std::string level;
  std::vector<std::string> verbs;  // those whose requests or replies have contents
  bool restricted = false;         // to some users, groups, namespaces or names
};

// Rules of a policy; the largest known, that of GCE's clusters, has some 30.
inline constexpr std::size_t kMaxAuditRules = 10'000;

// Errors: config, for what the API server would not take for a policy, with the reason.
Result<std::vector<LoggingRule>> rules_that_log_secrets(std::string_view policy);

void check_audit_policy(const std::string& name, const Result<std::string_view>& policy, Diagnosis& diagnosis);

}  // namespace kencrypt::doctor
