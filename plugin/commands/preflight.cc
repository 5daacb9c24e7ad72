#include "commands/preflight.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "base/bytes.h"
#include "commands/kubectl_name.h"

namespace kencrypt::commands {
namespace {

cli::ValueShape check_words() {
  cli::ValueShape shape = cli::several_of({}, {{"all", "check nothing"}});
  for (const control_plane::Check check : control_plane::kAllChecks) {
    cli::Choice& word = shape.words.emplace_back(std::string(control_plane::check_name(check)));
    word.help = control_plane::check_subject(check);
  }
  return shape;
}

}  // namespace

cli::FlagTable preflight_flags() {
  return {{.name = "skip-checks",
           .help = "Checks to leave out, with commas: servers (all API servers run one "
                   "configuration), kms (no "
                   "KMS key changed just now), migration (no storage version migration is "
                   "running), quota (etcd "
                   "has room), or all.",
           .value = check_words()},
          {.name = "etcd-quota",
           .help = "etcd's quota (--quota-backend-bytes), like 8Gi, for the check whether it has "
                   "room for what "
                   "is written. It cannot be read through the API; without this flag etcd's "
                   "default of 2Gi is "
                   "assumed."}};
}

Result<PreflightOptions> parse_preflight(const cli::ParsedFlags& flags) {
  PreflightOptions options;
  TRY_ASSIGN(options.skip, control_plane::parse_checks(flags.get_string("skip-checks")));
  const std::string& quota = flags.get_string("etcd-quota");
  if (quota.empty()) return options;
  options.etcd_quota = parse_bytes(quota);
  if (!options.etcd_quota)
    return fail(
        ErrorKind::usage,
        fmt::format("Invalid etcd-quota value ({}). Must be an amount of bytes like 8Gi.", quota));
  return options;
}

control_plane::Surroundings surroundings_of(Session& session, Environment& environment) {
  return {session.transport(), environment.clock, session.config().endpoint,
          [&session](const http::Endpoint& endpoint, Duration connect_timeout) {
            return session.connect(endpoint, connect_timeout);
          }};
}

std::optional<std::string> Writing::identity() const {
  if (!configuration && keys.empty()) return std::nullopt;
  std::string text = configuration.value_or("");
  for (const auto& [provider, key] : keys) text += fmt::format(" {}={}", provider, key);
  return text;
}

Result<Writing> run_preflight(const PreflightOptions& options, std::vector<control_plane::Subject> subjects, Session& session,
                              Environment& environment) {
  const control_plane::Plan plan{std::move(subjects), options.skip, options.etcd_quota};
  const control_plane::Findings findings =
      control_plane::preflight(plan, surroundings_of(session, environment));
  if (findings.refusals.empty()) {
    if (!findings.note.empty()) environment.err << "rewrite: " << findings.note << "; going on\n";
    return Writing{findings.configuration, findings.keys};
  }
  for (std::size_t i = 0; i + 1 < findings.refusals.size(); ++i)
    environment.err << "error: " << name_kubectl(findings.refusals[i], environment.kubectl) << '\n';
  return fail(ErrorKind::config, findings.refusals.back());
}

Result<void> see_same_keys(const Writing& before, Session& session, Environment& environment) {
  if (before.keys.empty()) return {};
  const auto after = control_plane::read_present_keys(surroundings_of(session, environment));
  if (!after) {
    environment.err << "rewrite: could not check that no KMS key changed meanwhile (" << after.error().message << ")\n";
    return {};
  }
  const std::string provider = control_plane::provider_of_changed_key(before.keys, *after);
  if (provider.empty()) return {};
  return fail(ErrorKind::config,
              fmt::format("the key of KMS provider \"{}\" has changed during the run, and what was written before is under the "
                          "former one: wait with \"kubectl encrypt wait --kms\", then run the same command again",
                          provider));
}

}  // namespace kencrypt::commands
