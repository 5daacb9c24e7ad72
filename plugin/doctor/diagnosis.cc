#include "doctor/diagnosis.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kencrypt::doctor {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::unknown: break;
  }
  return "unknown";
}

void Diagnosis::add(Finding finding) {
  ++of_severity_[finding.severity];
  if (++of_check_[finding.check] <= kMaxFindings) findings_.push_back(std::move(finding));
}

void Diagnosis::error(CheckId check, std::string subject, std::string evidence, std::string remedy) {
  add({check, Severity::error, std::move(subject), std::move(evidence), std::move(remedy)});
}

void Diagnosis::warning(CheckId check, std::string subject, std::string evidence, std::string remedy) {
  add({check, Severity::warning, std::move(subject), std::move(evidence), std::move(remedy)});
}

void Diagnosis::unknown(CheckId check, std::string subject, std::string reason, std::string remedy, std::string right) {
  add({check, Severity::unknown, std::move(subject), std::move(reason), std::move(remedy), std::move(right)});
}

bool Diagnosis::has(CheckId check) const { return of_check_.contains(check); }

std::vector<Finding> Diagnosis::findings() const {
  std::vector<Finding> sorted = findings_;
  std::ranges::stable_sort(sorted, {}, [](const Finding& one) { return std::tuple(one.severity, one.check); });
  return sorted;
}

std::size_t Diagnosis::count(Severity severity) const {
  const auto found = of_severity_.find(severity);
  return found == of_severity_.end() ? 0 : found->second;
}

std::size_t Diagnosis::left_out() const {
  std::size_t all = 0;
  for (const auto& [check, count] : of_check_) all += count;
  return all - findings_.size();
}

std::vector<CheckId> Diagnosis::passed() const {
  std::vector<CheckId> list;
  for (const CheckId check : made_)
    if (!has(check)) list.push_back(check);
  return list;
}

std::vector<CheckId> Diagnosis::skipped() const {
  std::vector<CheckId> list;
  for (const Check& check : checks())
    if (!made_.contains(check.id) && !has(check.id)) list.push_back(check.id);
  return list;
}

}  // namespace kencrypt::doctor
