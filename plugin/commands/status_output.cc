#include "commands/status_output.h"

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <vector>

#include "output/json.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

output::Value key_document(const coverage::KeyBounds& key) {
  output::Value document =
      output::Value::object({{"provider", encryption::provider_name(key.under.provider)},
                             {"key", key.under.key},
                             {"count", key.min}});
  // Where only bounds are known, "count" is the lower one: what is certain.
  if (key.min != key.max) document.set("max", key.max);
  return document;
}

output::Value row_document(const coverage::Coverage& row, const kube::Resource& resource) {
  output::Value keys = output::Value::array();
  for (const coverage::KeyBounds& key : row.keys) keys.push_back(key_document(key));
  output::Value notes = output::Value::array();
  for (const std::string& note : row.notes) notes.push_back(note);
  return output::Value::object({{"namespace", row.name_space},
                                {"resource", resource.group_resource()},
                                {"total", row.total},
                                {"current", row.current},
                                {"stale", row.stale},
                                {"plaintext", row.plaintext},
                                {"unknown", row.unknown},
                                {"exact", row.exact},
                                {"keys", std::move(keys)},
                                {"notes", std::move(notes)}});
}

output::Value write_key_document(const coverage::WriteKey& write_key) {
  if (!write_key.under) return nullptr;
  return output::Value::object({{"provider", encryption::provider_name(write_key.under->provider)},
                                {"key", write_key.under->key}});
}

std::string keys_text(const coverage::Coverage& row) {
  std::string text;
  for (const coverage::KeyBounds& key : row.keys) {
    if (!text.empty()) text += ", ";
    text += key.min == key.max
                ? fmt::format("{}={}", encryption::display(key.under), key.min)
                : fmt::format("{}={}..{}", encryption::display(key.under), key.min, key.max);
  }
  return text.empty() ? std::string(output::kNone) : text;
}

std::string percent_text(const coverage::Coverage& row) {
  const auto percent = row.percent();
  return percent ? fmt::format("{}{}%", row.exact ? "" : ">=", *percent) : std::string(output::kNone);
}

std::vector<std::string> cells(const std::string& label, const coverage::Coverage& row) {
  return {label,
          std::to_string(row.total),
          std::to_string(row.current),
          std::to_string(row.stale),
          std::to_string(row.plaintext),
          std::to_string(row.unknown),
          percent_text(row),
          keys_text(row)};
}

std::string write_key_text(const coverage::WriteKey& write_key) {
  if (!write_key.under) return "not known";
  return encryption::display(*write_key.under);
}

std::string note_subject(const std::vector<std::string>& namespaces, std::size_t all) {
  if (namespaces.size() == 1) return fmt::format("namespace {}", namespaces.front());
  if (namespaces.size() == all) return "all namespaces";
  return fmt::format("{} and {} more namespaces", namespaces.front(), namespaces.size() - 1);
}

// The same sentence often holds for many namespaces: each is printed once.
void print_notes(std::ostream& out, const StatusResult& result) {
  std::map<std::string, std::vector<std::string>> namespaces_by_note;
  for (const coverage::Coverage& row : result.coverage.namespaces)
    for (const std::string& note : row.notes) namespaces_by_note[note].push_back(row.name_space);
  for (const auto& [note, namespaces] : namespaces_by_note)
    out << fmt::format("Note: {}: {}\n", note_subject(namespaces, result.coverage.namespaces.size()),
                       note);
}

}  // namespace

output::Value coverage_document(const StatusResult& result) {
  output::Value rows = output::Value::array();
  for (const coverage::Coverage& row : result.coverage.namespaces)
    rows.push_back(row_document(row, result.resource));
  return output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                                {"kind", "CoverageReport"},
                                {"writeKey", write_key_document(result.write_key)},
                                {"writeKeyBasis", result.write_key.basis},
                                {"evidence", "census"},
                                {"namespaces", std::move(rows)},
                                {"total", row_document(result.coverage.total, result.resource)}});
}

void print_coverage(std::ostream& out, const StatusResult& result, output::TableStyle style) {
  output::Table table({{"NAMESPACE"},
                       {"SECRETS"},
                       {"CURRENT"},
                       {"STALE"},
                       {"PLAINTEXT"},
                       {"UNKNOWN"},
                       {"COVERAGE"},
                       {"KEYS", true}});
  for (const coverage::Coverage& row : result.coverage.namespaces)
    table.add_row(cells(row.name_space, row));
  table.add_row(cells("TOTAL", result.coverage.total));
  table.write(out, style);
  out << fmt::format("\nWrite key: {} ({})\n", write_key_text(result.write_key), result.write_key.basis);
  out << "Evidence:  read-only census: every Secret was read by name, as metadata, and the API "
         "server's own\n           counters of what it decrypted were compared. Evidence, not proof: "
         "only etcd's contents are that.\n";
  print_notes(out, result);
}

void print_status(const StatusOptions& options, const StatusResult& result,
                  const std::string& name_space, Environment& environment) {
  const bool nothing = result.coverage.namespaces.empty();
  if (nothing)
    environment.err << (name_space.empty()
                            ? std::string("No resources found\n")
                            : fmt::format("No resources found in {} namespace.\n", name_space));
  if (options.format == output::Format::json)
    output::write_json(environment.out, coverage_document(result));
  else if (options.format == output::Format::yaml)
    output::write_yaml(environment.out, coverage_document(result));
  else if (!nothing)
    print_coverage(environment.out, result,
                   {.headers = options.headers, .wide = options.format == output::Format::wide});
}

}  // namespace kencrypt::commands
