// `kubectl encrypt doctor`: everything that is known to go wrong with encryption at rest, looked for at once.
#include <utility>

#include "cli/common_flags.h"
#include "commands/api_servers.h"
#include "commands/command.h"
#include "commands/doctor_cluster.h"
#include "commands/doctor_files.h"
#include "commands/doctor_options.h"
#include "commands/doctor_output.h"
#include "commands/doctor_storage.h"
#include "commands/etcd_session.h"
#include "commands/exit_code.h"
#include "commands/session.h"

namespace kencrypt::commands {
namespace {

using doctor::Diagnosis;
using doctor::Severity;

int exit_code_for(DoctorFailOn fail_on, const Diagnosis& diagnosis) {
  const auto found = [&](DoctorFailOn kind, Severity severity) { return fail_on >= kind && diagnosis.count(severity) > 0; };
  return found(DoctorFailOn::error, Severity::error) || found(DoctorFailOn::warning, Severity::warning) ||
                 found(DoctorFailOn::unknown, Severity::unknown)
             ? kFindings
             : kDone;
}

// The session, if there is a cluster to ask. Without one the files alone are looked at, and where there are none either
// there is nothing to do.
Result<std::unique_ptr<Session>> find_cluster(bool has_other_work, const cli::ParsedFlags& flags, Environment& environment,
                                              Diagnosis& diagnosis) {
  auto session = open_session(flags, environment, {.max_connections = 1});
  if (session) return session;
  if (!has_other_work) return std::unexpected(session.error());
  if (session.error().kind != ErrorKind::unconfigured)
    diagnosis.unknown(doctor::CheckId::server_unreachable, "the cluster", session.error().message, "see the kubeconfig");
  return std::unique_ptr<Session>();
}

Result<int> run_doctor(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const DoctorOptions options, parse_doctor(flags));
  Diagnosis diagnosis;
  TRY_ASSIGN(const auto session, find_cluster(options.has_files() || wants_etcd(flags), flags, environment, diagnosis));
  const LocalFiles files = look_at_files(options, diagnosis);
  const auto ring = files.configuration.keys();
  std::optional<control_plane::Survey> survey;
  if (session) {
    TRY_ASSIGN(auto servers, ApiServers::open(options.api_servers, *session, environment));
    survey = look_at_cluster(options, {files.configuration.given(), ring ? &*ring : nullptr}, *session, servers, environment,
                             diagnosis);
  }
  const auto given = files.configuration.given();
  // What a server runs it does take.
  const bool kms_v1 = files.named.kms_v1 || (survey && given && doctor::runs(*survey, *given));
  check_configuration_file(options, files, kms_v1, environment.clock, diagnosis);
  look_at_storage(options, ring ? &*ring : nullptr, flags, environment, diagnosis);
  TRY(print_diagnosis(diagnosis, options.output, environment));
  const int code = exit_code_for(options.fail_on, diagnosis);
  return session ? session->close(code) : code;
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .summary = "Look for all that goes wrong with encryption at rest",
      .help = {.description =
                   "Look for everything that is known to go wrong with encryption at rest: flags, files, keys, API servers that "
                   "disagree, KMS plugins, objects that nobody can decrypt or that are still in plaintext, who may read Secrets, "
                   "backups. Each finding comes with what was seen, why it matters, and the command that mends it.\n\n"
                   "It only reads, and looks at what it is given: the cluster of the kubeconfig, and files that flags name. What "
                   "it could not find out is listed with the right that is missing. No key and no content of an object is shown.\n\n"
                   "The exit code is 2 if there are findings that --fail-on names.",
               .examples = {{"Look at a cluster, with the rights that you have", "{program} doctor"},
                            {"On a control plane node, with the files that the manifest names",
                             "{program} doctor --manifest /etc/kubernetes/manifests/kube-apiserver.yaml"},
                            {"Check a backup with the keys that it needs",
                             "{program} doctor --snapshot backup.db --config enc.yaml"},
                            {"In a pipeline: fail at warnings and at what cannot be known",
                             "{program} doctor --config enc.yaml --fail-on=unknown -o json"}},
               .subcommands = {},
               .usage = "{program} doctor [flags] [options]",
               .closing = cli::closing_lines(false)},
      .flags = doctor_flags(),
      .arguments = {},
      .run = &run_doctor};
}

}  // namespace kencrypt::commands
