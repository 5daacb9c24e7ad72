#include "commands/status_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "commands/status_text.h"

namespace kencrypt::commands {
namespace {

// As kubectl shows of an Ingress's hosts (k8s.io/kubernetes pkg/printers/internalversion/printers.go, formatHosts).
constexpr std::size_t kShownResources = 3;

using Columns = std::vector<output::Column>;

bool has_several(const StatusResult& result) { return !result.write_keys.empty(); }

// "SECRETS"; "OBJECTS" of several resources.
std::string title(const StatusResult& result) {
  if (has_several(result)) return "OBJECTS";
  std::string text = result.resource.plural;
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// Of a namespace or a resource.
Cells with_counts(Cells names, const coverage::Coverage& row) {
  names.push_back(std::to_string(row.total));
  names = with_states(std::move(names), row);
  names.push_back(percent_text(row));
  names.push_back(keys_text(row));
  return names;
}

Columns with_counts(Columns names, const StatusResult& result) {
  names.push_back({title(result)});
  for (const char* header : {"CURRENT", "STALE", "PLAINTEXT", "UNKNOWN", "COVERAGE"}) names.push_back({header});
  names.push_back({"KEYS", true});
  return names;
}

output::Table namespace_table(const StatusResult& result) {
  const bool several = has_several(result);
  output::Table table(
      with_counts(several ? Columns{{"RESOURCE"}, {"NAMESPACE"}} : Columns{{"NAMESPACE"}}, result));
  for (const coverage::Coverage& row : result.coverage.namespaces)
    table.add_row(with_counts(
        several ? Cells{row.resource, namespace_text(row.name_space)} : Cells{row.name_space}, row));
  table.add_row(with_counts(several ? Cells{"TOTAL", ""} : Cells{"TOTAL"}, result.coverage.total));
  return table;
}

output::Table resource_table(const StatusResult& result) {
  output::Table table(with_counts(Columns{{"RESOURCE"}}, result));
  for (const coverage::Coverage& row : coverage::by_resource(result.coverage)) table.add_row(with_counts(Cells{row.resource}, row));
  table.add_row(with_counts(Cells{"TOTAL"}, result.coverage.total));
  return table;
}

output::Table key_table(const StatusResult& result, bool wide) {
  const bool several = has_several(result);
  Columns columns = {{"KEY"}, {title(result)}, {"STATE"}, {"NAMESPACES"}};
  if (several) columns.push_back({"RESOURCES"});
  for (const char* state : {"CURRENT", "STALE", "PLAINTEXT", "UNKNOWN"}) columns.push_back({state, true});
  output::Table table(std::move(columns));
  const auto add = [&](Cells names, std::string resources, const coverage::Coverage& counts) {
    if (several) names.push_back(std::move(resources));
    table.add_row(with_states(std::move(names), counts));
  };
  for (const coverage::KeyRow& row : key_rows(result))
    add({key_text(row), bounds_text(row.counts.total, row.max), states_text(row), namespaces_text(row)},
        resources_text(row, wide), row.counts);
  const coverage::Coverage& total = result.coverage.total;
  add({"TOTAL", std::to_string(total.total), "", std::to_string(namespaces_in(result.coverage))}, "", total);
  return table;
}

}  // namespace

Cells with_states(Cells cells, const coverage::Coverage& row) {
  for (const std::uint64_t count : {row.current, row.stale, row.plaintext, row.unknown})
    cells.push_back(std::to_string(count));
  return cells;
}

std::string_view grouping_name(coverage::Grouping by) {
  switch (by) {
    case coverage::Grouping::key: return "key";
    case coverage::Grouping::resource: return "resource";
    case coverage::Grouping::name_space: break;
  }
  return "namespace";
}

std::vector<coverage::KeyRow> key_rows(const StatusResult& result) {
  std::map<std::string_view, const coverage::WriteKey*> write_keys;
  for (const ResourceWriteKey& one : result.write_keys) write_keys.emplace(one.resource, &one.write_key);
  return coverage::by_key(result.coverage, [&](std::string_view resource) {
    const auto found = write_keys.find(resource);
    return found == write_keys.end() ? result.write_key.under : found->second->under;
  });
}

std::string key_text(const coverage::KeyRow& row) {
  return row.under ? under_text(*row.under) : std::string(output::kUnknown);
}

std::string states_text(const coverage::KeyRow& row) {
  std::string text;
  for (const coverage::Class state : row.states)
    text.append(text.empty() ? "" : ",").append(coverage::class_name(state));
  return text;
}

std::string namespaces_text(const coverage::KeyRow& row) {
  return bounds_text(row.namespaces_min, row.namespaces_max);
}

std::string resources_text(const coverage::KeyRow& row, bool all) {
  const std::size_t shown = all ? row.resources.size() : std::min(row.resources.size(), kShownResources);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text.append(i == 0 ? "" : ",").append(row.resources[i]);
  if (shown < row.resources.size()) text += fmt::format(" + {} more...", row.resources.size() - shown);
  return text;
}

std::size_t namespaces_in(const coverage::CoverageReport& report) {
  std::set<std::string_view> names;
  for (const coverage::Coverage& row : report.namespaces)
    if (!row.name_space.empty() && row.total > 0) names.insert(row.name_space);
  return names.size();
}

output::Table coverage_table(const StatusResult& result, bool wide) {
  switch (result.by) {
    case coverage::Grouping::key: return key_table(result, wide);
    case coverage::Grouping::resource: return resource_table(result);
    case coverage::Grouping::name_space: break;
  }
  return namespace_table(result);
}

}  // namespace kencrypt::commands
