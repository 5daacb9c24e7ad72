// What a test says of findings.
#pragma once

#include <fmt/format.h>

#include <string>

#include "doctor/diagnosis.h"

namespace kencrypt::fakes {

// "error config-key, warning key-age", in the order of the report.
inline std::string found(const doctor::Diagnosis& diagnosis) {
  std::string text;
  for (const doctor::Finding& one : diagnosis.findings())
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", doctor::severity_name(one.severity), doctor::about(one.check).name);
  return text;
}

inline std::string all_evidence(const doctor::Diagnosis& diagnosis) {
  std::string text;
  for (const doctor::Finding& one : diagnosis.findings()) text += fmt::format("{}: {} [{}]\n", one.subject, one.evidence, one.remedy);
  return text;
}

}  // namespace kencrypt::fakes
