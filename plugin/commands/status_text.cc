#include "commands/status_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "output/table.h"

namespace kencrypt::commands {
namespace {

std::string write_key_text(const coverage::WriteKey& write_key) {
  return fmt::format("{} ({})", write_key.under ? under_text(*write_key.under) : "not known", write_key.basis);
}

// Each write key with what it is of.
std::vector<std::pair<std::string, coverage::WriteKey>> labelled_write_keys(const StatusResult& result) {
  if (result.write_keys.empty()) return {{"Write key", result.write_key}};
  std::vector<std::pair<std::string, coverage::WriteKey>> labelled;
  for (const ResourceWriteKey& one : result.write_keys) {
    const auto same = std::find_if(labelled.begin(), labelled.end(), [&one](const auto& other) {
      return other.second.under == one.write_key.under && other.second.basis == one.write_key.basis;
    });
    if (same == labelled.end())
      labelled.emplace_back("Write key of " + one.resource, one.write_key);
    else
      same->first += ", " + one.resource;
  }
  return labelled;
}

}  // namespace

std::string under_text(const encryption::StoredUnder& under) {
  const bool nothing = under.provider == encryption::Provider::other && under.key.empty();
  return nothing ? std::string(output::kUnknown) : encryption::display(under);
}

std::string bounds_text(std::uint64_t min, std::uint64_t max) {
  return min == max ? std::to_string(min) : fmt::format("{}..{}", min, max);
}

std::string keys_text(const coverage::Coverage& row) {
  std::string text;
  for (const coverage::KeyBounds& key : row.keys)
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", under_text(key.under), bounds_text(key.min, key.max));
  return text.empty() ? std::string(output::kNone) : text;
}

std::string percent_text(const coverage::Coverage& row) {
  const auto percent = row.percent();
  return percent ? fmt::format("{}{}%", row.exact ? "" : ">=", *percent) : std::string(output::kNone);
}

std::string namespace_text(std::string_view name_space) {
  return std::string(name_space.empty() ? output::kNone : name_space);
}

std::vector<std::string> write_key_lines(const StatusResult& result) {
  std::vector<std::string> lines;
  for (const auto& [label, write_key] : labelled_write_keys(result))
    lines.push_back(fmt::format("{}: {}", label, write_key_text(write_key)));
  return lines;
}

std::string evidence_in_one_line(const StatusResult& result) {
  std::string line;
  for (const char c : result.evidence_text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || line.empty() || line.back() != ' ') line += space ? ' ' : c;
  }
  return line;
}

std::string decryption_line(const inventory::DecryptionReport& report) {
  return fmt::format(
      "Decryption: of {} objects {} decrypt and are what their keys say, {} need their KMS plugin to tell, {} cannot be "
      "read.",
      report.total, report.readable, report.unchecked, report.unreadable);
}

std::string removal_answer(const Removal& removal) {
  return fmt::format("May {} go? {}", coverage::display(removal.choice),
                     removal.verdict.safe() ? "Yes: nothing is stored under it, and nothing will be." : "No.");
}

}  // namespace kencrypt::commands
