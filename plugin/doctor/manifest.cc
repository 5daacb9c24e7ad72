#include "doctor/manifest.h"

#include <fmt/format.h>

#include "base/text.h"
#include "manifest/state.h"

namespace kencrypt::doctor {
namespace {

constexpr std::string_view kAuditFlag = "audit-policy-file";
constexpr std::string_view kGatesFlag = "feature-gates";

std::string place(const std::string& name, const manifest::Finding& finding) {
  return finding.line == 0 ? name : fmt::format("{}:{}", name, finding.line);
}

void report(const std::string& name, const manifest::Finding& finding, Diagnosis& diagnosis) {
  const bool bad = finding.state == "missing" || finding.state == "wrong";
  if (!bad) return;
  const std::string patch = fmt::format("{} manifest patch {} --write", kProgram, name);
  if (finding.item == "flag" && finding.state == "missing")
    diagnosis.error(CheckId::flag_missing, place(name, finding), fmt::format("the manifest has no file: {}", finding.value), patch);
  else if (finding.item == "flag")
    diagnosis.error(CheckId::manifest_flags, place(name, finding), fmt::format("{} is no absolute path", finding.value),
                    fmt::format("give it an absolute path, then see: {} manifest check {}", kProgram, name));
  else if (finding.item == "reload")
    diagnosis.error(CheckId::manifest_flags, place(name, finding),
                    "--encryption-provider-config-automatic-reload is wrong: it has to be true or false, and needs a file", patch);
  else
    diagnosis.error(CheckId::manifest_mount, place(name, finding),
                    fmt::format("{} {}: {}", finding.item, finding.state, finding.value), patch);
}

std::string path_on_host(const manifest::State& state, const Result<std::optional<manifest::FlagUse>>& flag) {
  if (!flag || !*flag) return {};
  const auto path = manifest::normal_path((*flag)->value);
  return path ? state.mounts.on_host(*path).value_or("") : std::string();
}

bool has_gate(const manifest::State& state, std::string_view gate) {
  const auto flag = manifest::find_text_flag(state.server, kGatesFlag);
  if (!flag || !*flag) return false;
  for (const std::string_view one : split((*flag)->value, ','))
    if (trim(one) == gate) return true;
  return false;
}

NamedFiles files_of(std::string_view text, const manifest::Checked& checked) {
  NamedFiles files{.config = checked.host_path, .audit_policy = {}};
  const auto state = manifest::read_state(text);
  if (!state) return files;
  files.audit_policy = path_on_host(*state, manifest::find_text_flag(state->server, kAuditFlag));
  files.kms_v1 = has_gate(*state, "KMSv1=true");
  files.reloads = state->reload && manifest::parse_bool(state->reload->value).value_or(false);
  return files;
}

}  // namespace

NamedFiles check_manifest(const std::string& name, const Result<std::string_view>& text, Diagnosis& diagnosis) {
  const auto checked = text ? manifest::check(*text) : Result<manifest::Checked>(std::unexpected(text.error()));
  diagnosis.made(CheckId::manifest_unreadable);
  if (!checked) {
    diagnosis.error(CheckId::manifest_unreadable, name, checked.error().message,
                    "journalctl -u kubelet tells what the kubelet makes of it");
    return {};
  }
  for (const CheckId check : {CheckId::manifest_flags, CheckId::manifest_mount, CheckId::single_file_mount, CheckId::flag_missing})
    diagnosis.made(check);
  for (const manifest::Finding& finding : checked->findings) report(name, finding, diagnosis);
  for (const std::string& warning : checked->warnings)
    diagnosis.warning(CheckId::single_file_mount, name, warning,
                      "mount the directory that the file is in (hostPath of type Directory) instead of the file");
  return files_of(*text, *checked);
}

}  // namespace kencrypt::doctor
