#include "commands/doctor_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "output/printable.h"
#include "output/terminal.h"
#include "output/value.h"

namespace kencrypt::commands {
namespace {

using doctor::CheckId;
using doctor::Diagnosis;
using doctor::Finding;
using doctor::Severity;
using output::Value;

std::string with_program(std::string text, std::string_view program) {
  for (std::size_t at = 0; (at = text.find(doctor::kProgram, at)) != std::string::npos; at += program.size())
    text.replace(at, doctor::kProgram.size(), program);
  return text;
}

// What could not be found out for one reason is said once.
struct Block {
  Finding finding;
  std::vector<std::string_view> names;
};

bool same_reason(const Finding& a, const Finding& b) {
  return a.severity == Severity::unknown && b.severity == Severity::unknown && a.subject == b.subject &&
         a.evidence == b.evidence && a.remedy == b.remedy;
}

std::vector<Block> blocks_of(const Diagnosis& diagnosis) {
  std::vector<Block> blocks;
  for (const Finding& finding : diagnosis.findings()) {
    const std::string_view name = doctor::about(finding.check).name;
    const auto same = std::ranges::find_if(blocks, [&finding](const Block& one) { return same_reason(one.finding, finding); });
    if (same != blocks.end())
      same->names.push_back(name);
    else
      blocks.push_back({finding, {name}});
  }
  return blocks;
}

output::Colour colour_of(Severity severity) {
  return severity == Severity::error ? output::Colour::red : output::Colour::yellow;
}

class Text {
 public:
  explicit Text(Environment& environment) : environment_(environment) {}

  void block(const Block& block) {
    const Finding& finding = block.finding;
    const std::string word(doctor::severity_name(finding.severity));
    environment_.out << (environment_.colours.out ? output::in_colour(colour_of(finding.severity), word) : word)
                     << output::printable(fmt::format(": {}: {}", fmt::join(block.names, ", "), finding.subject)) << '\n';
    const bool unknown = finding.severity == Severity::unknown;
    line(unknown ? "reason" : "found", finding.evidence);
    if (!finding.right.empty()) line("lacks", finding.right);
    if (!unknown) line("why", doctor::about(finding.check).why);
    line("mend", with_program(finding.remedy, environment_.program));
    environment_.out << '\n';
  }

  void passed(const Diagnosis& diagnosis) {
    for (const CheckId check : diagnosis.passed())
      environment_.out << fmt::format("ok: {}: {}\n", doctor::about(check).name, doctor::about(check).summary);
    if (!diagnosis.passed().empty()) environment_.out << '\n';
  }

  void skipped(const Diagnosis& diagnosis) {
    std::vector<std::pair<std::string_view, std::vector<std::string_view>>> by_need;
    for (const CheckId check : diagnosis.skipped()) {
      const doctor::Check& about = doctor::about(check);
      const auto known = std::ranges::find(by_need, about.needs, [](const auto& one) { return one.first; });
      if (known == by_need.end())
        by_need.push_back({about.needs, {about.name}});
      else
        known->second.push_back(about.name);
    }
    for (const auto& [needs, names] : by_need)
      environment_.out << fmt::format("not looked at, needs {}: {}\n", needs, fmt::join(names, ", "));
  }

  void summary(const Diagnosis& diagnosis) {
    const auto counted = [](std::size_t count, std::string_view what) {
      return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    };
    if (diagnosis.left_out() > 0) environment_.out << fmt::format("and {} more of the same kinds\n", diagnosis.left_out());
    environment_.out << fmt::format("{}, {}, {} unknown; {} found nothing, {} not made\n",
                                    counted(diagnosis.count(Severity::error), "error"),
                                    counted(diagnosis.count(Severity::warning), "warning"),
                                    diagnosis.count(Severity::unknown), counted(diagnosis.passed().size(), "check"),
                                    diagnosis.skipped().size());
  }

 private:
  void line(std::string_view label, std::string_view text) {
    environment_.out << fmt::format("  {:<7}{}\n", label, output::printable(text));
  }

  Environment& environment_;
};

void print_text(const Diagnosis& diagnosis, bool wide, Environment& environment) {
  Text text(environment);
  for (const Block& block : blocks_of(diagnosis)) text.block(block);
  if (wide) text.passed(diagnosis);
  text.skipped(diagnosis);
  text.summary(diagnosis);
}

Value finding_value(const Finding& finding, std::string_view program) {
  const doctor::Check& check = doctor::about(finding.check);
  Value value = Value::object({{"check", check.name},
                               {"severity", doctor::severity_name(finding.severity)},
                               {"subject", finding.subject},
                               {"evidence", finding.evidence},
                               {"why", check.why},
                               {"remedy", with_program(finding.remedy, program)}});
  if (!finding.right.empty()) value.set("missingRight", finding.right);
  return value;
}

Value document(const Diagnosis& diagnosis, std::string_view program) {
  Value findings = Value::array();
  for (const Finding& finding : diagnosis.findings()) findings.push_back(finding_value(finding, program));
  Value passed = Value::array();
  for (const CheckId check : diagnosis.passed()) passed.push_back(doctor::about(check).name);
  Value skipped = Value::array();
  for (const CheckId check : diagnosis.skipped())
    skipped.push_back(Value::object({{"check", doctor::about(check).name}, {"needs", doctor::about(check).needs}}));
  return Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                        {"kind", "DoctorReport"},
                        {"errors", diagnosis.count(Severity::error)},
                        {"warnings", diagnosis.count(Severity::warning)},
                        {"unknown", diagnosis.count(Severity::unknown)},
                        {"findings", std::move(findings)},
                        {"leftOut", diagnosis.left_out()},
                        {"passed", std::move(passed)},
                        {"skipped", std::move(skipped)}});
}

}  // namespace

Result<void> print_diagnosis(const Diagnosis& diagnosis, const OutputChoice& choice, Environment& environment) {
  const bool text = !choice.document_template && (choice.format == output::Format::table || choice.format == output::Format::wide);
  if (text) {
    print_text(diagnosis, choice.format == output::Format::wide, environment);
    return {};
  }
  const Value printed = document(diagnosis, environment.program);
  return write_document(environment.out, choice, printed, printed.find("findings"));
}

}  // namespace kencrypt::commands
