#include "commands/status_output.h"

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <vector>

#include "base/rfc3339.h"
#include "commands/colour.h"
#include "commands/exit_code.h"
#include "commands/no_resources.h"
#include "commands/status_rows.h"
#include "commands/status_text.h"
#include "output/json.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

void print_found(std::ostream& out, const Found& found, output::TableStyle style) {
  out << '\n';
  output::Table table({{"RESOURCE"}, {"NAMESPACE"}, {"NAME"}, {"KEY"}});
  for (const census::FoundObject& object : found.objects)
    table.add_row(
        {object.resource, namespace_text(object.name.name_space), object.name.name,
         object.under ? under_text(*object.under) : std::string(output::kUnknown)});
  table.write(out, style);
  if (found.objects.empty()) out << fmt::format("No {} objects found\n", found.word);
}

std::string place_of(const coverage::Coverage& row, const StatusResult& result) {
  if (row.name_space.empty()) return row.resource.empty() ? result.resource.group_resource() : row.resource;
  return result.write_keys.empty() ? "namespace " + row.name_space
                                   : fmt::format("{} in namespace {}", row.resource, row.name_space);
}

std::string note_subject(const std::vector<std::string>& namespaces, std::size_t all) {
  if (namespaces.size() == 1) return namespaces.front();
  if (namespaces.size() == all) return "all namespaces";
  return fmt::format("{} and {} more", namespaces.front(), namespaces.size() - 1);
}

// The same sentence often holds for many namespaces: each is printed once.
void print_notes(std::ostream& out, const StatusResult& result) {
  std::map<std::string, std::vector<std::string>> namespaces_by_note;
  for (const coverage::Coverage& row : result.coverage.namespaces)
    for (const std::string& note : row.notes)
      namespaces_by_note[note].push_back(place_of(row, result));
  for (const auto& [note, namespaces] : namespaces_by_note)
    out << fmt::format("Note: {}: {}\n", note_subject(namespaces, result.coverage.namespaces.size()),
                       note);
}

}  // namespace

void print_coverage(std::ostream& out, const StatusResult& result, output::TableStyle style) {
  if (result.evidence != kLogEvidence) {  // a log has no current values to be counted
    coverage_table(result, style.wide).write(out, style);
    out << '\n';
    for (const std::string& line : write_key_lines(result)) out << line << '\n';
  }
  if (result.servers) out << fmt::format("API servers: {}\n", result.servers->summary);
  out << fmt::format("Evidence:  {}\n", result.evidence_text);
  print_notes(out, result);
  if (result.found) print_found(out, *result.found, style);
  print_extras(out, result, style);
}

void print_names(std::ostream& out, const StatusResult& result) {
  if (!result.found) return;
  for (const census::FoundObject& object : result.found->objects)
    out << object.resource << '/' << kube::display_name(object.name) << '\n';
}

// What the list of found objects does not say itself.
void warn_of_found(const Found& found, Environment& environment) {
  if (found.capped)
    warn(environment, fmt::format("there may be more {} objects than the {} that are named; raise --find-limit",
                                  found.word, found.objects.size()));
  if (found.undecided > 0)
    warn(environment, fmt::format("{} objects may be {}, too: they could not be told apart from what others read "
                                  "meanwhile",
                                  found.undecided, found.word));
}

std::string now_text(const Environment& environment) {
  return format_rfc3339(environment.clock.wall());
}

int exit_code_for(const StatusOptions& options, const StatusResult& result) {
  if (result.decryption && result.decryption->unreadable > 0) return kFailed;
  if (result.removal) return result.removal->verdict.safe() ? kDone : kFindings;
  return options.fail_on.met_by(result.coverage.total) ? kFindings : kDone;
}

// Custom columns have a line for each object that --find named, else for each row of the report.
Result<void> print_template(const output::DocumentTemplate& form, const StatusResult& result, std::ostream& out) {
  const output::Value document = coverage_document(result);
  return form.write(out, document, document.find(result.found ? "objects" : "namespaces"));
}

Result<void> print_status(const StatusOptions& options, const StatusResult& result,
                  const std::string& name_space, Environment& environment) {
  if (result.found) warn_of_found(*result.found, environment);
  if (result.coverage.total.unverified)
    environment.err << "Warning: the file has no checksum: if etcd wrote to it while it was copied, objects may be missing or "
                       "out of date; a snapshot by etcdctl has one\n";
  if (options.document_template) return print_template(*options.document_template, result, environment.out);
  if (options.format == output::Format::json)
    output::write_json(environment.out, coverage_document(result));
  else if (options.format == output::Format::yaml)
    output::write_yaml(environment.out, coverage_document(result));
  else if (options.format == output::Format::name)
    print_names(environment.out, result);
  else if (options.format == output::Format::html)
    print_html(environment.out, result, now_text(environment));
  else if (options.format == output::Format::prometheus)
    print_prometheus(environment.out, result, environment.clock.wall());
  else if (result.coverage.namespaces.empty() && result.residue.empty())
    environment.err << no_resources_line(name_space);
  else
    print_coverage(environment.out, result,
                   {.headers = options.headers,
                    .wide = options.format == output::Format::wide,
                    .colour = environment.colours.out});
  return {};
}

}  // namespace kencrypt::commands
