#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <ostream>
#include <string>
#include <utility>

#include "commands/backup_verify.h"
#include "commands/storage_reading.h"
#include "output/printable.h"

namespace kencrypt::commands {
namespace {

using inventory::FileKey;
using inventory::KeyState;
using inventory::NeededKey;
using output::Value;

std::string or_none(const std::string& text) { return text.empty() ? std::string(output::kNone) : text; }

Value or_null(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }

// "" where no file has it; identity is in all that allow it.
std::string file_of(const NeededKey& key, const BackupResult& result) {
  const bool there =
      key.state == KeyState::opens || key.state == KeyState::needs_plugin || key.state == KeyState::other_resource;
  return there && !key.under.key.empty() ? result.configs.at(key.file).path : "";
}

std::string fingerprint_text(const std::string& fingerprint) {
  return fingerprint.empty() ? std::string(output::kNone) : encryption::shown_hash(fingerprint);
}

std::string resources_text(const std::map<std::string, std::uint64_t>& resources) {
  std::string text;
  for (const auto& [resource, objects] : resources) text += fmt::format("{}{}={}", text.empty() ? "" : ",", resource, objects);
  return text;
}

Value key_document(const NeededKey& key, const BackupResult& result) {
  Value resources = Value::array();
  for (const auto& [resource, objects] : key.resources)
    resources.push_back(Value::object({{"resource", resource}, {"objects", objects}}));
  Value document = Value::object({{"provider", encryption::provider_name(key.under.provider)}, {"key", key.under.key}});
  if (!key.key_id.empty()) document.set("keyId", key.key_id);
  if (!key.under.key_id_hash.empty()) document.set("keyIdHash", key.under.key_id_hash);
  document.set("fingerprint", or_null(key.fingerprint));
  document.set("file", or_null(file_of(key, result)));
  document.set("state", inventory::key_state_name(key.state));
  document.set("objects", key.objects);
  document.set("resources", std::move(resources));
  return document;
}

Value unneeded_document(const FileKey& key, const BackupResult& result) {
  return Value::object({{"provider", encryption::provider_name(key.under.provider)},
                        {"key", key.under.key},
                        {"fingerprint", or_null(key.fingerprint)},
                        {"file", result.configs.at(key.file).path}});
}

Value failure_document(const inventory::DecryptionFailure& failure) {
  return Value::object({{"resource", failure.resource},
                        {"namespace", failure.name_space},
                        {"name", failure.name},
                        {"reason", failure.reason},
                        {"message", failure.message}});
}

Value snapshot_document(const BackupResult& result) {
  return Value::object({{"file", result.path},
                        {"bytes", result.facts.bytes},
                        {"revision", result.facts.revision},
                        {"keys", result.facts.keys},
                        {"checksum", result.facts.checksum}});
}

Value objects_document(const inventory::BackupReport& report) {
  return Value::object({{"total", report.total},
                        {"encrypted", report.encrypted},
                        {"plaintext", report.plaintext},
                        {"readable", report.readable},
                        {"unchecked", report.unchecked},
                        {"unreadable", report.unreadable}});
}

void print_keys(std::ostream& out, const BackupResult& result, output::TableStyle style) {
  output::Table table({{"KEY"}, {"FINGERPRINT"}, {"OBJECTS"}, {"STATE"}, {"RESOURCES"}, {"FILE", true}, {"KEY-ID", true}});
  for (const NeededKey& key : result.report.keys)
    table.add_row({encryption::display(key.under), fingerprint_text(key.fingerprint), std::to_string(key.objects),
                   std::string(inventory::key_state_name(key.state)), resources_text(key.resources),
                   or_none(file_of(key, result)), or_none(key.key_id)});
  if (table.empty()) return;
  out << '\n';
  table.write(out, style);
}

void print_unneeded(std::ostream& out, const BackupResult& result) {
  if (result.report.unneeded.empty()) return;
  std::vector<std::string> keys;
  for (const FileKey& key : result.report.unneeded)
    keys.push_back(fmt::format("{} of {}", encryption::display(key.under), result.configs.at(key.file).path));
  out << '\n' << output::printable(fmt::format("Not needed for this backup: {}", fmt::join(keys, ", "))) << '\n';
}

void print_failures(std::ostream& out, const inventory::BackupReport& report, output::TableStyle style) {
  if (report.failures.empty()) return;
  output::Table table({{"RESOURCE"}, {"NAMESPACE"}, {"NAME"}, {"REASON"}, {"MESSAGE"}});
  for (const inventory::DecryptionFailure& one : report.failures)
    table.add_row({one.resource, or_none(one.name_space), one.name, one.reason, one.message});
  out << '\n';
  table.write(out, style);
  if (report.unreadable > report.failures.size())
    out << fmt::format("and {} more\n", report.unreadable - report.failures.size());
}

std::string verdict_line(const BackupResult& result) {
  const inventory::BackupReport& report = result.report;
  switch (result.judgement.verdict) {
    case BackupVerdict::verified:
      return fmt::format("Verified: {} encrypted objects, all of which decrypt and are what their keys in etcd say; {} more are "
                         "plaintext.",
                         report.encrypted, report.plaintext);
    case BackupVerdict::failed:
      return fmt::format("Failed: {} of {} objects cannot be read.", report.unreadable, report.total);
    case BackupVerdict::unknown: break;
  }
  return fmt::format("Unknown: {} of {} objects decrypt or are plaintext, and nothing is known against the others; but", report.readable,
                     report.total);
}

}  // namespace

Value backup_document(const BackupResult& result) {
  Value configs = Value::array();
  for (const BackupConfigFile& one : result.configs)
    configs.push_back(Value::object({{"file", one.path}, {"hash", one.hash}}));
  Value keys = Value::array();
  for (const NeededKey& key : result.report.keys) keys.push_back(key_document(key, result));
  Value unneeded = Value::array();
  for (const FileKey& key : result.report.unneeded) unneeded.push_back(unneeded_document(key, result));
  Value failures = Value::array();
  for (const inventory::DecryptionFailure& one : result.report.failures) failures.push_back(failure_document(one));
  Value reasons = Value::array();
  for (const std::string& reason : result.judgement.reasons) reasons.push_back(reason);
  return Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                        {"kind", "BackupVerification"},
                        {"verdict", verdict_name(result.judgement.verdict)},
                        {"reasons", std::move(reasons)},
                        {"evidence", result.facts.checksum ? "snapshot" : kUnverifiedEvidence},
                        {"snapshot", snapshot_document(result)},
                        {"configs", std::move(configs)},
                        {"objects", objects_document(result.report)},
                        {"keys", std::move(keys)},
                        {"unneededKeys", std::move(unneeded)},
                        {"failures", std::move(failures)}});
}

void print_backup(std::ostream& out, const BackupResult& result, output::TableStyle style) {
  out << output::printable(fmt::format("{}.", fmt::join(describe_snapshot(result.facts, result.path), "; "))) << '\n';
  print_keys(out, result, style);
  print_unneeded(out, result);
  print_failures(out, result.report, style);
  out << '\n' << verdict_line(result) << '\n';
  for (const std::string& reason : result.judgement.reasons) out << "  - " << output::printable(reason) << '\n';
}

}  // namespace kencrypt::commands
