// What the checks have come to. Nothing in it holds a key or the content of an object.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/check.h"

namespace kencrypt::doctor {

enum class Severity {
  error,    // an API server that does not start, data that is lost or lies open
  warning,  // it works, and should not stay like this
  unknown,  // what was asked for could not be found out
};

// "error", "warning", "unknown".
std::string_view severity_name(Severity severity);

struct Finding {
  CheckId check{};
  Severity severity = Severity::error;
  std::string subject;   // what it is about: a file, a server, a user
  std::string evidence;  // what was seen; of an unknown one why nothing was
  std::string remedy;    // the command that mends it, or what to do; kProgram stands for this program
  std::string right{};   // of an unknown one: the right that is missing, "get nonResourceURL /metrics"; "" if it is none
};

// In remedies: "{program} config lint FILE".
inline constexpr std::string_view kProgram = "{program}";

// Of one check so many findings are named; a cluster has more users than anybody reads.
inline constexpr std::size_t kMaxFindings = 100;

class Diagnosis {
 public:
  // The check was made: where it finds nothing, all is well.
  void made(CheckId check) { made_.insert(check); }
  void error(CheckId check, std::string subject, std::string evidence, std::string remedy);
  void warning(CheckId check, std::string subject, std::string evidence, std::string remedy);
  // Could not be found out: `reason` says why.
  void unknown(CheckId check, std::string subject, std::string reason, std::string remedy, std::string right = {});

  bool is_made(CheckId check) const { return made_.contains(check); }
  bool has(CheckId check) const;  // findings
  // By severity, then by check; of one check in the order in which they came.
  std::vector<Finding> findings() const;
  std::size_t count(Severity severity) const;  // those beyond kMaxFindings as well
  std::size_t left_out() const;                // findings beyond kMaxFindings
  // Those that were made and have found nothing.
  std::vector<CheckId> passed() const;
  // Those that were neither made nor tried: what they need was not given.
  std::vector<CheckId> skipped() const;

 private:
  void add(Finding finding);

  std::set<CheckId> made_;
  std::vector<Finding> findings_;
  std::map<CheckId, std::size_t> of_check_;
  std::map<Severity, std::size_t> of_severity_;
};

}  // namespace kencrypt::doctor
