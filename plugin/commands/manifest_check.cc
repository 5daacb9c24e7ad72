#include "commands/manifest_check.h"

#include <fmt/format.h>

#include <ostream>

#include "encryption/encryption_config.h"
#include "output/json.h"
#include "output/table.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

output::Value document(const std::string& file, const manifest::Checked& checked) {
  output::Value findings = output::Value::array();
  for (const manifest::Finding& one : checked.findings) {
    output::Value row = output::Value::object({{"item", one.item}, {"state", one.state}, {"value", one.value}});
    if (one.line > 0) row.set("line", one.line);
    findings.push_back(std::move(row));
  }
  output::Value warnings = output::Value::array();
  for (const std::string& one : checked.warnings) warnings.push_back(one);
  return output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                                {"kind", "ManifestCheck"},
                                {"file", file},
                                {"container", checked.container},
                                {"complete", checked.complete},
                                {"containerPath", checked.container_path},
                                {"hostPath", checked.host_path},
                                {"findings", std::move(findings)},
                                {"warnings", std::move(warnings)}});
}

output::Table table(const manifest::Checked& checked) {
  output::Table rows({{"ITEM"}, {"STATE"}, {"LINE"}, {"VALUE"}});
  for (const manifest::Finding& one : checked.findings)
    rows.add_row({one.item, one.state, one.line > 0 ? fmt::format("{}", one.line) : std::string(output::kNone), one.value});
  return rows;
}

}  // namespace

Result<void> check_config_file(const std::string& path) {
  const auto rules = encryption::read_configured_rules(path);
  if (rules) return {};
  return std::unexpected(rules.error());
}

void check_config_file(manifest::Checked& checked) {
  if (checked.host_path.empty()) return;
  const auto readable = check_config_file(checked.host_path);
  checked.findings.push_back({"file", readable ? "readable" : "wrong", 0,
                              readable ? checked.host_path : readable.error().message});
  if (!readable) checked.complete = false;
}

void print_check(const std::string& file, const manifest::Checked& checked, output::Format format, Environment& environment) {
  if (format == output::Format::json) return output::write_json(environment.out, document(file, checked));
  if (format == output::Format::yaml) return output::write_yaml(environment.out, document(file, checked));
  table(checked).write(environment.out, {});
  for (const std::string& one : checked.warnings) environment.err << "Warning: " << one << '\n';
}

}  // namespace kencrypt::commands
