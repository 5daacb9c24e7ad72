#include "doctor/audit_policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "unit/doctor/findings.h"

using namespace kencrypt;

namespace {

std::string policy(const std::string& rules) {
  return "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n" + rules;
}

// "1 RequestResponse get,list; 2 Request update", an asterisk for rules that are restricted; or the error.
std::string logged(const std::string& rules) {
  const auto found = doctor::rules_that_log_secrets(policy(rules));
  if (!found) return found.error().message;
  std::string text;
  for (const doctor::LoggingRule& rule : *found)
    text += fmt::format("{}{} {}{} {}", text.empty() ? "" : "; ", rule.number, rule.level, rule.restricted ? "*" : "",
                        fmt::join(rule.verbs, ","));
  return text;
}

const std::string kAll = "get,list,watch,create,update,patch,delete,deletecollection";

}  // namespace

TEST_CASE("audit policy: the first rule that matches decides", "[doctor]") {
  CHECK(logged("- {level: RequestResponse}\n") == "1 RequestResponse " + kAll);
  CHECK(logged("- {level: Metadata}\n- {level: RequestResponse}\n").empty());
  CHECK(logged("- {level: None, resources: [{group: \"\", resources: [secrets]}]}\n- {level: RequestResponse}\n").empty());
  CHECK(logged("- {level: Metadata, resources: [{group: apps}]}\n- {level: RequestResponse}\n") == "2 RequestResponse " + kAll);
  CHECK(logged("- {level: RequestResponse, resources: [{group: \"\", resources: [secrets]}]}\n- {level: Metadata}\n") ==
        "1 RequestResponse " + kAll);
}

TEST_CASE("audit policy: at level Request only what writes has contents", "[doctor]") {
  CHECK(logged("- {level: Request}\n") == "1 Request create,update,patch");
  CHECK(logged("- {level: Request, verbs: [get, list, watch, delete]}\n- {level: Metadata}\n").empty());
}

TEST_CASE("audit policy: what covers Secrets", "[doctor]") {
  for (const char* covering : {"{group: \"\"}", "{}", "{resources: [secrets]}", "{group: \"\", resources: [\"*\"]}",
                               "{group: \"*\", resources: [secrets]}", "{group: \"\", resources: [pods, \"secrets/*\"]}"})
    CHECK(logged(fmt::format("- {{level: RequestResponse, resources: [{}]}}\n- {{level: None}}\n", covering)) ==
          "1 RequestResponse " + kAll);
  for (const char* other : {"{group: apps}", "{group: \"\", resources: [configmaps]}", "{group: apps, resources: [secrets]}",
                            "{group: \"\", resources: [\"secrets/status\"]}", "{group: \"\", resources: [\"*/status\"]}"})
    CHECK(logged(fmt::format("- {{level: RequestResponse, resources: [{}]}}\n- {{level: None}}\n", other)).empty());
  CHECK(logged("- {level: RequestResponse, nonResourceURLs: [\"/*\"]}\n- {level: None}\n").empty());
  CHECK(logged("- {level: RequestResponse, namespaces: [a]}\n- {level: None}\n") == "1 RequestResponse* " + kAll);
}

TEST_CASE("audit policy: a rule for some shields no others", "[doctor]") {
  const std::string rest = "- {level: RequestResponse}\n";
  CHECK(logged("- {level: None, users: [a]}\n" + rest) == "2 RequestResponse " + kAll);
  CHECK(logged("- {level: None, userGroups: [a]}\n" + rest) == "2 RequestResponse " + kAll);
  CHECK(logged("- {level: None, namespaces: [a]}\n" + rest) == "2 RequestResponse " + kAll);
  CHECK(logged("- {level: None, resources: [{group: \"\", resources: [secrets], resourceNames: [a]}]}\n" + rest) ==
        "2 RequestResponse " + kAll);
  CHECK(logged("- {level: None, verbs: [get, list, watch]}\n" + rest) ==
        "2 RequestResponse create,update,patch,delete,deletecollection");
  // For the very same it does.
  CHECK(logged("- {level: None, users: [a, b]}\n- {level: RequestResponse, users: [b]}\n- {level: Metadata}\n").empty());
  CHECK(logged("- {level: None, users: [a]}\n- {level: RequestResponse, users: [b]}\n- {level: Metadata}\n") ==
        "2 RequestResponse* " + kAll);
  CHECK(logged("- {level: None, verbs: [get]}\n- {level: None, verbs: [list]}\n- {level: RequestResponse, verbs: [get, list]}\n").empty());
  CHECK(logged("- {level: RequestResponse, users: [a], namespaces: [b]}\n- {level: Metadata}\n") == "1 RequestResponse* " + kAll);
}

TEST_CASE("audit policy: what an API server does not take", "[doctor]") {
  for (const char* text : {"", "[]", "kind: Policy\nrules: [{level: None}]\n", "apiVersion: audit.k8s.io/v1\nkind: Policy\n",
                           "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n", "a: [\n"})
    CHECK_FALSE(doctor::rules_that_log_secrets(text).has_value());
  CHECK(logged("- {level: Everything}\n") == "line 4: the level of a rule has to be None, Metadata, Request or RequestResponse");
  CHECK(logged("- {level: None, verbs: get}\n") == "line 4: verbs has to be a list");
  CHECK(logged("- {level: None, resources: [secrets]}\n").starts_with("line 4: an element of resources"));
  CHECK(logged("- {level: None, resources: x}\n").empty());
  CHECK(logged("- None\n") == "line 4: a rule has to be a mapping");
  std::string many;
  for (std::size_t i = 0; i <= doctor::kMaxAuditRules; ++i) many += "- {level: None}\n";
  CHECK(logged(many) == "it has more than 10000 rules");
}

TEST_CASE("audit policy: as findings", "[doctor]") {
  doctor::Diagnosis diagnosis;
  doctor::check_audit_policy("p.yaml", Result<std::string_view>(fail(ErrorKind::io, "no such file")), diagnosis);
  CHECK(fakes::found(diagnosis) == "error audit-unreadable");
  const std::string text = policy("- {level: None, users: [a]}\n- {level: Request}\n");
  doctor::Diagnosis other;
  doctor::check_audit_policy("p.yaml", Result<std::string_view>(text), other);
  CHECK(fakes::found(other) == "error audit-secret-bodies");
  CHECK(other.findings().front().subject == "p.yaml:5");
  CHECK(other.findings().front().evidence == "rule 2 logs Secrets at level Request, by create, update, patch");
}
