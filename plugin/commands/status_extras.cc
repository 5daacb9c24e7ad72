#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "commands/status_output.h"
#include "commands/status_text.h"

namespace kencrypt::commands {
namespace {

void print_residue(std::ostream& out, const std::vector<inventory::ResidueCount>& residue, output::TableStyle style) {
  if (residue.empty()) return;
  out << "\nBesides the current values, the file still holds:\n";
  output::Table table({{"PLACE"}, {"KEY"}, {"VALUES"}});
  for (const inventory::ResidueCount& one : residue)
    table.add_row({std::string(snapshot::place_name(one.place)), under_text(one.under), std::to_string(one.values)});
  table.write(out, style);
  std::string_view last;
  for (const inventory::ResidueCount& one : residue) {
    const std::string_view remedy = inventory::remedy_for(one.place);
    if (remedy != std::exchange(last, remedy)) out << fmt::format("Note: {}: {}\n", snapshot::place_name(one.place), remedy);
  }
}

void print_decryption(std::ostream& out, const inventory::DecryptionReport& report, output::TableStyle style) {
  out << fmt::format("\n{}\n", decryption_line(report));
  if (report.failures.empty()) return;
  output::Table table({{"RESOURCE"}, {"NAMESPACE"}, {"NAME"}, {"REASON"}, {"MESSAGE"}});
  for (const inventory::DecryptionFailure& one : report.failures)
    table.add_row({one.resource, namespace_text(one.name_space), one.name, one.reason, one.message});
  table.write(out, style);
  if (report.unreadable > report.failures.size())
    out << fmt::format("and {} more\n", report.unreadable - report.failures.size());
}

void print_removal(std::ostream& out, const Removal& removal) {
  out << fmt::format("\n{}\n", removal_answer(removal));
  for (const std::string& reason : removal.verdict.reasons) out << fmt::format("  - {}\n", reason);
  for (const std::string& warning : removal.verdict.warnings) out << fmt::format("Warning: {}\n", warning);
}

output::Value words(const std::vector<std::string>& list) {
  output::Value array = output::Value::array();
  for (const std::string& word : list) array.push_back(word);
  return array;
}

output::Value residue_document(const std::vector<inventory::ResidueCount>& residue) {
  output::Value array = output::Value::array();
  for (const inventory::ResidueCount& one : residue)
    array.push_back(output::Value::object({{"place", snapshot::place_name(one.place)},
                                           {"provider", encryption::provider_name(one.under.provider)},
                                           {"key", one.under.key},
                                           {"values", one.values},
                                           {"remedy", inventory::remedy_for(one.place)}}));
  return array;
}

output::Value decryption_document(const inventory::DecryptionReport& report) {
  output::Value keys = output::Value::array();
  for (const auto& [under, count] : report.keys)
    keys.push_back(output::Value::object(
        {{"provider", encryption::provider_name(under.provider)}, {"key", under.key}, {"count", count}}));
  output::Value failures = output::Value::array();
  for (const inventory::DecryptionFailure& one : report.failures)
    failures.push_back(output::Value::object({{"resource", one.resource},
                                              {"namespace", one.name_space},
                                              {"name", one.name},
                                              {"reason", one.reason},
                                              {"message", one.message}}));
  return output::Value::object({{"total", report.total},
                                {"readable", report.readable},
                                {"unchecked", report.unchecked},
                                {"unreadable", report.unreadable},
                                {"keys", std::move(keys)},
                                {"failures", std::move(failures)}});
}

}  // namespace

void print_extras(std::ostream& out, const StatusResult& result, output::TableStyle style) {
  for (const std::string& remark : result.remarks) out << fmt::format("Note: {}\n", remark);
  print_residue(out, result.residue, style);
  if (result.decryption) print_decryption(out, *result.decryption, style);
  if (result.removal) print_removal(out, *result.removal);
}

void add_extras(output::Value& document, const StatusResult& result) {
  if (result.evidence != "census") document.set("source", evidence_in_one_line(result));
  if (!result.remarks.empty()) document.set("remarks", words(result.remarks));
  if (result.evidence == "snapshot" || result.evidence == "wal") document.set("residue", residue_document(result.residue));
  if (result.decryption) document.set("decryption", decryption_document(*result.decryption));
  if (!result.removal) return;
  document.set("safeToRemove",
               output::Value::object({{"key", coverage::display(result.removal->choice)},
                                      {"safe", result.removal->verdict.safe()},
                                      {"reasons", words(result.removal->verdict.reasons)},
                                      {"warnings", words(result.removal->verdict.warnings)}}));
}

}  // namespace kencrypt::commands
