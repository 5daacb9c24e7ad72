#include "manifest/state.h"

#include <fmt/format.h>

namespace kencrypt::manifest {
namespace {

// Its name until Kubernetes 1.13.
constexpr std::string_view kFormerFlag = "experimental-encryption-provider-config";

Finding flag_finding(const State& state) {
  if (state.config)
    return {"flag", "set", state.config->line, fmt::format("--{}={}", kConfigFlag, state.config->value)};
  if (state.empty_config) return {"flag", "missing", state.empty_config->line, fmt::format("--{} is empty", kConfigFlag)};
  return {"flag", "missing", 0, fmt::format("--{}", kConfigFlag)};
}

bool reloads(const State& state) { return state.reload && parse_bool(state.reload->value).value_or(false); }

Finding reload_finding(const State& state) {
  const std::size_t line = state.reload ? state.reload->line : 0;
  if (reloads(state)) return {"reload", "on", line, fmt::format("--{}", kReloadFlag)};
  if (state.reload && !parse_bool(state.reload->value))
    return {"reload", "wrong", line, fmt::format("--{} has to be true or false", kReloadFlag)};
  return {"reload", "off", line, "a change of the file takes a restart"};
}

void find_mount(const State& state, Checked& checked) {
  const Mount* mount = state.mounts.covering(checked.container_path);
  if (mount == nullptr) {
    checked.findings.push_back({"mount", "missing", 0, fmt::format("none has {}", checked.container_path)});
    return;
  }
  checked.findings.push_back({"mount", "set", mount->line, mount->path});
  const auto host = state.mounts.on_host(checked.container_path);
  const std::size_t line = state.mounts.volume(mount->volume)->line;
  if (!host) {
    checked.findings.push_back({"volume", "wrong", line, fmt::format("{} is no directory or file of the host", mount->volume)});
    return;
  }
  checked.host_path = *host;
  checked.findings.push_back({"volume", "set", line, fmt::format("hostPath {}", *state.mounts.volume(mount->volume)->host_path)});
}

}  // namespace

bool is_single_file(const Mounts& mounts, std::string_view container_path) {
  const Mount* mount = mounts.covering(container_path);
  return mount != nullptr && mount->path == container_path;
}

Result<State> read_state(std::string_view text) {
  State state;
  TRY_ASSIGN(state.tree, document::parse_as_server(text));
  TRY_ASSIGN(state.server, find_api_server(state.tree));
  TRY_ASSIGN(state.mounts, read_mounts(state.tree.root, state.server));
  TRY_ASSIGN(const auto former, find_text_flag(state.server, kFormerFlag));
  if (former) return conflict(former->line, fmt::format("--{} is the former name of --{}: rename it", kFormerFlag, kConfigFlag));
  TRY_ASSIGN(state.config, find_text_flag(state.server, kConfigFlag));
  if (state.config && state.config->value.empty()) state.empty_config.swap(state.config);
  state.reload = find_boolean_flag(state.server, kReloadFlag);
  return state;
}

Result<std::string> config_path(const FlagUse& flag) {
  if (flag.value.find("$(") != std::string::npos)
    return conflict(flag.line, fmt::format("--{} has a variable, of which only the kubelet knows the value", kConfigFlag));
  const auto path = normal_path(flag.value);
  if (!path) return conflict(flag.line, fmt::format("--{} has to be an absolute path without \"..\"", kConfigFlag));
  return *path;
}

Result<Checked> check(std::string_view text) {
  TRY_ASSIGN(const State state, read_state(text));
  Checked checked;
  checked.container = state.server.name;
  checked.findings = {flag_finding(state), reload_finding(state)};
  if (!state.config) {
    if (reloads(state)) checked.findings.back().state = "wrong";  // the API server refuses to start
    return checked;
  }
  const auto path = config_path(*state.config);
  if (!path) {
    checked.findings.front().state = "wrong";
    return checked;
  }
  checked.container_path = *path;
  find_mount(state, checked);
  checked.complete = !checked.host_path.empty() && checked.findings[1].state != "wrong";
  if (reloads(state) && is_single_file(state.mounts, *path))
    checked.warnings.push_back(fmt::format(
        "{} is mounted as a single file: the API server does not see another file that is put in its place, so mount its directory",
        *path));
  return checked;
}

}  // namespace kencrypt::manifest
