#include "commands/config_lint_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "commands/version_info.h"
#include "output/json.h"
#include "output/printable.h"
#include "output/value.h"

namespace kencrypt::commands {
namespace {

using config::Finding;
using output::Value;

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string server_name(const config::Server& server) { return fmt::format("1.{}", server.minor); }

std::string place_of(const LintReport& report, const Finding& finding) {
  if (finding.line == 0) return report.file;
  return fmt::format("{}:{}:{}", report.file, finding.line, finding.column);
}

void write_text(std::ostream& out, const LintReport& report) {
  for (const Finding& finding : report.findings) {
    const std::string field = finding.field.empty() ? "" : fmt::format(" ({})", finding.field);
    out << output::printable(fmt::format("{}: {}: {}{} [{}]", place_of(report, finding), severity_name(finding.severity),
                                         finding.message, field, finding.rule))
        << '\n'
        << "    " << output::printable(finding.advice) << '\n';
  }
  const std::size_t errors = report.errors();
  const std::string verdict = errors > 0 ? "refuses it" : "takes it";
  out << output::printable(fmt::format("{}: an API server of {} {}: {}, {}", report.file, server_name(report.server), verdict,
                                       counted(errors, "error"), counted(report.findings.size() - errors, "warning")))
      << '\n';
}

Value finding_value(const Finding& finding) {
  return Value::object({{"rule", finding.rule},
                        {"severity", severity_name(finding.severity)},
                        {"line", finding.line},
                        {"column", finding.column},
                        {"field", finding.field},
                        {"message", finding.message},
                        {"advice", finding.advice}});
}

Value report_value(const LintReport& report) {
  Value findings = Value::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_value(finding));
  return Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                        {"kind", "ConfigLint"},
                        {"file", report.file},
                        {"hash", report.hash},
                        {"serverVersion", server_name(report.server)},
                        {"errors", report.errors()},
                        {"warnings", report.findings.size() - report.errors()},
                        {"findings", std::move(findings)}});
}

Value sarif_rules() {
  Value rules = Value::array();
  for (const config::Rule& rule : config::rules())
    rules.push_back(
        Value::object({{"id", rule.id}, {"shortDescription", Value::object({{"text", fmt::format("{}.", rule.summary)}})}}));
  return rules;
}

// A relative or absolute path as a URI reference (RFC 3986): its slashes stay.
std::string uri_of(const std::string& path) {
  std::string uri;
  for (const std::string_view part : split(path, '/')) uri += (uri.empty() ? "" : "/") + percent_encode(part);
  return path.starts_with('/') ? "file:///" + uri.substr(uri.starts_with('/') ? 1 : 0) : uri;
}

Value sarif_location(const LintReport& report, const Finding& finding) {
  Value place = Value::object({{"artifactLocation", Value::object({{"uri", uri_of(report.file)}})}});
  if (finding.line > 0)
    place.set("region", Value::object({{"startLine", finding.line}, {"startColumn", std::max<std::size_t>(finding.column, 1)}}));
  return Value::object({{"physicalLocation", std::move(place)}});
}

Value sarif_result(const LintReport& report, const Finding& finding) {
  const std::string field = finding.field.empty() ? "" : fmt::format(" ({})", finding.field);
  return Value::object(
      {{"ruleId", finding.rule},
       {"level", severity_name(finding.severity)},
       {"message", Value::object({{"text", fmt::format("{}{}: {}.", finding.message, field, finding.advice)}})},
       {"locations", Value::array({sarif_location(report, finding)})}});
}

Value sarif_value(const LintReport& report) {
  Value results = Value::array();
  for (const Finding& finding : report.findings) results.push_back(sarif_result(report, finding));
  Value driver = Value::object({{"name", "kubectl-encrypt"}, {"version", kVersion}, {"rules", sarif_rules()}});
  Value run = Value::object({{"tool", Value::object({{"driver", std::move(driver)}})},
                             {"columnKind", "unicodeCodePoints"},
                             {"results", std::move(results)}});
  return Value::object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                        {"version", "2.1.0"},
                        {"runs", Value::array({std::move(run)})}});
}

}  // namespace

std::size_t LintReport::errors() const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == config::Severity::error;
  }));
}

void write_lint_report(std::ostream& out, const LintReport& report, output::Format format) {
  if (format == output::Format::json)
    output::write_json(out, report_value(report));
  else if (format == output::Format::sarif)
    output::write_json(out, sarif_value(report));
  else
    write_text(out, report);
}

}  // namespace kencrypt::commands
