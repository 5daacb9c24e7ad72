#include "doctor/configuration.h"

#include <fmt/format.h>

#include "config/lint.h"
#include "encryption/encryption_config.h"

namespace kencrypt::doctor {
namespace {

constexpr CheckId kFileChecks[] = {
    CheckId::config_unreadable,     CheckId::config_syntax,  CheckId::config_key, CheckId::config_refused,   CheckId::config_practice,
    CheckId::secrets_not_encrypted, CheckId::identity_first, CheckId::weak_key,   CheckId::repeated_key, CheckId::key_age,
    CheckId::file_permissions,      CheckId::keys_beside_data};

CheckId check_of(const config::Finding& finding) {
  const std::string_view rule = finding.rule;
  if (rule == "unreadable" || rule == "more-documents") return CheckId::config_syntax;
  if (rule == "key-encoding" || rule == "key-length") return CheckId::config_key;
  if (rule == "identity-first") return CheckId::identity_first;
  if (rule == "sample-key" || rule == "weak-key" || rule == "short-key") return CheckId::weak_key;
  if (rule == "repeated-key" || rule == "repeated-key-name") return CheckId::repeated_key;
  if (rule == "key-age") return CheckId::key_age;
  if (rule == "file-permissions" || rule == "file-owner") return CheckId::file_permissions;
  if (rule == "beside-backups") return CheckId::keys_beside_data;
  return finding.severity == config::Severity::error ? CheckId::config_refused : CheckId::config_practice;
}

std::string rotation(const std::string& name) {
  return fmt::format("{0} config add-key {1}, then go over to the new key: {0} wait, config promote, rewrite, config remove-key",
                     kProgram, name);
}

std::string remedy_for(const config::Finding& finding, const std::string& name) {
  switch (check_of(finding)) {
    case CheckId::config_key: return "head -c 32 /dev/urandom | base64 makes a key; put it there on one line";
    case CheckId::identity_first: return fmt::format("{} config promote KEY {}", kProgram, name);
    case CheckId::weak_key:
    case CheckId::repeated_key:
    case CheckId::key_age: return rotation(name);
    case CheckId::file_permissions:
      return fmt::format("{} {}", finding.rule == "file-owner" ? "chown root:root" : "chmod 600", name);
    case CheckId::keys_beside_data: return finding.advice;
    default: return fmt::format("{}; then see: {} config lint {}", finding.advice, kProgram, name);
  }
}

std::string subject_of(const config::Finding& finding, const std::string& name) {
  return finding.line == 0 ? name : fmt::format("{}:{}", name, finding.line);
}

std::string evidence_of(const config::Finding& finding) {
  if (finding.field.empty()) return finding.message;
  return fmt::format("{} ({})", finding.message, finding.field);
}

void report(const config::Finding& finding, const std::string& name, Diagnosis& diagnosis) {
  std::string subject = subject_of(finding, name);
  if (finding.severity == config::Severity::error)
    diagnosis.error(check_of(finding), std::move(subject), evidence_of(finding), remedy_for(finding, name));
  else
    diagnosis.warning(check_of(finding), std::move(subject), evidence_of(finding), remedy_for(finding, name));
}

// Of a file that can be read: one with faults says nothing.
void check_secrets(const ConfigurationFile& file, Diagnosis& diagnosis) {
  const auto rules = encryption::parse_configured_rules(file.text);
  if (!rules || encryption::encrypts(*rules, "secrets", "")) return;
  diagnosis.error(CheckId::secrets_not_encrypted, file.name, "no rule of it encrypts Secrets",
                  fmt::format("name secrets in its resources, with a provider that encrypts, as {} config init does", kProgram));
}

}  // namespace

void check_configuration(const ConfigurationFile& file, Diagnosis& diagnosis) {
  for (const CheckId check : kFileChecks)
    if (check != CheckId::key_age || file.facts.max_key_days > 0) diagnosis.made(check);
  for (const config::Finding& finding : config::lint(file.text, file.server, &file.facts))
    report(finding, file.name, diagnosis);
  check_secrets(file, diagnosis);
}

void report_unreadable(const std::string& name, const std::string& reason, Diagnosis& diagnosis) {
  diagnosis.error(CheckId::config_unreadable, name, reason,
                  fmt::format("ls -l {}: an API server reads it as root, so chown root:root and chmod 600", name));
}

}  // namespace kencrypt::doctor
