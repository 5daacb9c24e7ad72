// What is wrong with the manifest of a static kube-apiserver: what `manifest check` finds, as checks. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "doctor/diagnosis.h"

namespace kencrypt::doctor {

// Files that it names, as paths of the host; "" where there is none, or the path is not known.
struct NamedFiles {
  std::string config;
  std::string audit_policy;
  bool kms_v1 = false;   // --feature-gates has KMSv1=true
  bool reloads = false;  // --encryption-provider-config-automatic-reload
};

NamedFiles check_manifest(const std::string& name, const Result<std::string_view>& text, Diagnosis& diagnosis);

}  // namespace kencrypt::doctor
