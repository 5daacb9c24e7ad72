#include "commands/doctor_files.h"

#include <chrono>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "doctor/audit_policy.h"
#include "doctor/configuration.h"
#include "document/tree.h"

namespace kencrypt::commands {
namespace {

Result<std::string_view> view_of(const Result<SecretBytes>& text) {
  if (!text) return std::unexpected(text.error());
  return text->view();
}

doctor::NamedFiles look_at_manifest(const std::string& name, doctor::Diagnosis& diagnosis) {
  if (name.empty()) return {};
  const auto text = read_file(name, document::kMaxDocument);
  return doctor::check_manifest(name, view_of(text), diagnosis);
}

void look_at_audit_policy(const std::string& name, doctor::Diagnosis& diagnosis) {
  if (name.empty()) return;
  const auto text = read_file(name, document::kMaxDocument);
  doctor::check_audit_policy(name, view_of(text), diagnosis);
}

ConfigurationToCheck read_configuration(const std::string& name, doctor::Diagnosis& diagnosis) {
  ConfigurationToCheck file{.name = name, .text = {}};
  if (name.empty()) return file;
  auto text = read_file(name, document::kMaxDocument);
  if (!text) {
    doctor::report_unreadable(name, text.error().message, diagnosis);
    return file;
  }
  file.text = *std::move(text);
  file.readable = true;
  return file;
}

std::int64_t seconds_now(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

const std::string& first_of(const std::string& given, const std::string& named) { return given.empty() ? named : given; }

}  // namespace

std::optional<doctor::GivenFile> ConfigurationToCheck::given() const {
  if (!readable) return std::nullopt;
  return doctor::GivenFile{name, sha256_label(text.view())};
}

std::optional<encryption::KeyRing> ConfigurationToCheck::keys() const {
  if (!readable) return std::nullopt;
  auto ring = encryption::parse_key_ring(text.view());
  if (!ring) return std::nullopt;
  return *std::move(ring);
}

LocalFiles look_at_files(const DoctorOptions& options, doctor::Diagnosis& diagnosis) {
  LocalFiles files;
  files.named = look_at_manifest(options.manifest, diagnosis);
  look_at_audit_policy(first_of(options.audit_policy, files.named.audit_policy), diagnosis);
  files.configuration = read_configuration(first_of(options.config, files.named.config), diagnosis);
  return files;
}

void check_configuration_file(const DoctorOptions& options, const LocalFiles& files, bool kms_v1, const Clock& clock,
                              doctor::Diagnosis& diagnosis) {
  const ConfigurationToCheck& file = files.configuration;
  if (!file.readable) return;
  auto facts = config::look_at_file(file.name, seconds_now(clock));
  if (!facts) return doctor::report_unreadable(file.name, facts.error().message, diagnosis);
  facts->max_key_days = options.max_key_days;
  doctor::check_configuration({.name = file.name,
                               .text = file.text.view(),
                               .facts = *facts,
                               .server = {.kms_v1_gate = kms_v1, .reloads = files.named.reloads}},
                              diagnosis);
}

}  // namespace kencrypt::commands
