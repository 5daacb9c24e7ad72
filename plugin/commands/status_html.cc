#include <fmt/format.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "commands/status_output.h"
#include "commands/status_rows.h"
#include "commands/status_text.h"
#include "commands/version_info.h"
#include "output/html.h"

namespace kencrypt::commands {
namespace {

// A chart of more bars says nothing to anybody; the table has all of them.
constexpr std::size_t kMostBars = 200;

std::string label_of(const coverage::Coverage& row, const StatusResult& result) {
  const std::string name = namespace_text(row.name_space);
  return result.write_keys.empty() ? name : row.resource + " in " + name;
}

void write_what(std::ostream& out, const StatusResult& result, std::string_view when) {
  output::write_html_heading(out, "What was checked, and how");
  std::vector<std::string> lines = {
      fmt::format("Made on {} by kubectl encrypt {}", when, kVersion),
      fmt::format("Evidence ({}): {}", result.evidence, evidence_in_one_line(result))};
  if (result.servers) lines.push_back("API servers: " + result.servers->summary);
  for (std::string& line : write_key_lines(result)) lines.push_back(std::move(line));
  output::write_html_list(out, lines);
}

// The chart, and the table below it.
struct Counts {
  std::vector<output::HtmlBar> bars;
  output::HtmlTable table;

  // `whole`: what the full length of the bar stands for; 0: the row alone.
  void add(std::string label, const coverage::Coverage& row, std::uint64_t whole, Cells cells) {
    if (bars.size() < kMostBars)
      bars.push_back({std::move(label), {row.current, row.stale, row.plaintext, row.unknown}, whole});
    table.rows.push_back(std::move(cells));
  }
  // To be called last: the first bar, and the last row.
  void add_total(const coverage::Coverage& row, Cells cells) {
    bars.insert(bars.begin(), {"Total", {row.current, row.stale, row.plaintext, row.unknown}});
    table.rows.push_back(std::move(cells));
  }
};

// `names` first, then what a namespace and a resource have in common.
Cells cells(Cells names, const coverage::Coverage& row) {
  for (std::string& cell : Cells{keys_text(row), row.exact ? "yes" : "no", std::to_string(row.total)})
    names.push_back(std::move(cell));
  names = with_states(std::move(names), row);
  names.push_back(percent_text(row));
  return names;
}

std::string resource_of(const coverage::Coverage& row, const StatusResult& result) {
  return row.resource.empty() ? result.resource.group_resource() : row.resource;
}

Counts by_namespace(const StatusResult& result) {
  Counts counts{.bars = {},
                .table = {.headers = {"Resource", "Namespace", "Stored under", "Exact", "Objects", "Current", "Stale",
                                      "Plaintext", "Unknown", "Coverage"},
                          .words = 4,
                          .rows = {}}};
  for (const coverage::Coverage& row : result.coverage.namespaces)
    counts.add(label_of(row, result), row, 0, cells({resource_of(row, result), row.name_space}, row));
  counts.add_total(result.coverage.total, cells({"Total", ""}, result.coverage.total));
  return counts;
}

Counts by_resource(const StatusResult& result) {
  Counts counts{.bars = {},
                .table = {.headers = {"Resource", "Stored under", "Exact", "Objects", "Current", "Stale", "Plaintext",
                                      "Unknown", "Coverage"},
                          .words = 3,
                          .rows = {}}};
  for (const coverage::Coverage& row : coverage::by_resource(result.coverage))
    counts.add(resource_of(row, result), row, 0, cells({resource_of(row, result)}, row));
  counts.add_total(result.coverage.total, cells({"Total"}, result.coverage.total));
  return counts;
}

// The bars of keys show their share of all objects.
Counts by_key(const StatusResult& result) {
  Counts counts{.bars = {},
                .table = {.headers = {"Stored under", "State", "Resources", "Exact", "Objects", "Namespaces", "Current",
                                      "Stale", "Plaintext", "Unknown"},
                          .words = 4,
                          .rows = {}}};
  const coverage::Coverage& total = result.coverage.total;
  for (const coverage::KeyRow& row : key_rows(result))
    counts.add(key_text(row), row.counts, total.total,
               with_states({key_text(row), states_text(row), resources_text(row, true), row.counts.exact ? "yes" : "no",
                            bounds_text(row.counts.total, row.max), namespaces_text(row)},
                           row.counts));
  counts.add_total(total, with_states({"Total", "", "", total.exact ? "yes" : "no", std::to_string(total.total),
                                       std::to_string(namespaces_in(result.coverage))},
                                      total));
  return counts;
}

Counts counts_of(const StatusResult& result) {
  switch (result.by) {
    case coverage::Grouping::key: return by_key(result);
    case coverage::Grouping::resource: return by_resource(result);
    case coverage::Grouping::name_space: break;
  }
  return by_namespace(result);
}

void write_counts(std::ostream& out, const StatusResult& result) {
  output::write_html_heading(out, "Coverage");
  const Counts counts = counts_of(result);
  output::write_html_bars(out, {"current", "stale", "plaintext", "unknown"}, counts.bars);
  output::write_html_table(out, counts.table);
}

void write_notes(std::ostream& out, const StatusResult& result) {
  std::vector<std::string> notes = result.remarks;
  for (const coverage::Coverage& row : result.coverage.namespaces)
    for (const std::string& note : row.notes) notes.push_back(label_of(row, result) + ": " + note);
  if (notes.empty()) return;
  output::write_html_heading(out, "Notes");
  output::write_html_list(out, notes);
}

void write_residue(std::ostream& out, const StatusResult& result) {
  if (result.residue.empty()) return;
  output::write_html_heading(out, "Besides the current values");
  output::HtmlTable table{.headers = {"Place", "Stored under", "What removes it", "Values"}, .words = 3, .rows = {}};
  for (const inventory::ResidueCount& one : result.residue)
    table.rows.push_back({std::string(snapshot::place_name(one.place)), under_text(one.under),
                          std::string(inventory::remedy_for(one.place)), std::to_string(one.values)});
  output::write_html_table(out, table);
}

void write_decryption(std::ostream& out, const StatusResult& result) {
  if (!result.decryption) return;
  const inventory::DecryptionReport& report = *result.decryption;
  output::write_html_heading(out, "Does it decrypt?");
  output::write_html_paragraph(out, decryption_line(report));
  if (report.failures.empty()) return;
  output::HtmlTable table{.headers = {"Resource", "Namespace", "Name", "Reason"}, .words = 4, .rows = {}};
  for (const inventory::DecryptionFailure& one : report.failures)
    table.rows.push_back({one.resource, one.name_space, one.name, one.message});
  output::write_html_table(out, table);
}

void write_removal(std::ostream& out, const StatusResult& result) {
  if (!result.removal) return;
  output::write_html_heading(out, removal_answer(*result.removal));
  output::write_html_list(out, result.removal->verdict.reasons);
  output::write_html_list(out, result.removal->verdict.warnings);
}

}  // namespace

void print_html(std::ostream& out, const StatusResult& result, std::string_view when) {
  output::begin_html(out, "Encryption at rest: how objects are stored");
  write_what(out, result, when);
  write_counts(out, result);
  write_notes(out, result);
  write_residue(out, result);
  write_decryption(out, result);
  write_removal(out, result);
  output::end_html(out);
}

}  // namespace kencrypt::commands
