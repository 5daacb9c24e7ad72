#include "doctor/api_server_pods.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "kube/json_walk.h"
#include "kube/request.h"
#include "manifest/flags.h"

namespace kencrypt::doctor {
namespace {

constexpr std::string_view kContainer = "kube-apiserver";

class PodReader {
 public:
  bool read(std::string_view json) {
    return kube::walk_json(json, {.on_leaf = [this](auto path, auto value) { leaf(path, value); },
                                  .on_end = [this](auto path) { end(path); }});
  }
  const std::string& kind() const { return kind_; }
  std::vector<ApiServerPod>& pods() { return pods_; }

 private:
  struct Container {
    std::string name;
    std::vector<std::string> command, args;
  };
  struct Status {
    std::string name;
    std::string waiting;
    std::uint64_t restarts = 0;
  };

  void leaf(std::string_view path, std::string_view value) {
    if (path == ".kind") kind_ = value;
    if (path == ".items[].metadata.name") pod_.name = value;
    if (path == ".items[].spec.nodeName") pod_.node = value;
    if (path == ".items[].spec.containers[].name") container_.name = value;
    if (path == ".items[].spec.containers[].command[]") container_.command.emplace_back(value);
    if (path == ".items[].spec.containers[].args[]") container_.args.emplace_back(value);
    if (path == ".items[].status.containerStatuses[].name") status_.name = value;
    if (path == ".items[].status.containerStatuses[].state.waiting.reason") status_.waiting = value;
    if (path == ".items[].status.containerStatuses[].restartCount")
      std::from_chars(value.data(), value.data() + value.size(), status_.restarts);
  }

  void end(std::string_view path) {
    if (path == ".items[].spec.containers[]") end_container(std::exchange(container_, {}));
    if (path == ".items[].status.containerStatuses[]") end_status(std::exchange(status_, {}));
    if (path == ".items[]" && pods_.size() <= kMaxApiServerPods) pods_.push_back(std::exchange(pod_, {}));
  }

  void end_container(Container container) {
    if (container.name != kContainer) return;
    pod_.words = std::move(container.command);
    std::ranges::move(container.args, std::back_inserter(pod_.words));
  }

  void end_status(Status status) {
    if (status.name != kContainer) return;
    pod_.waiting = std::move(status.waiting);
    pod_.restarts = status.restarts;
  }

  std::string kind_;
  std::vector<ApiServerPod> pods_;
  ApiServerPod pod_;
  Container container_;
  Status status_;
};

bool has_configuration(const ApiServerPod& pod) {
  manifest::ApiServer server;
  for (const std::string& word : pod.words) server.words.push_back({.text = word, .line = 0, .list = {}});
  const auto flag = manifest::find_text_flag(server, manifest::kConfigFlag);
  // Two flags that differ, or one without a value: the API server says no to that itself.
  return !flag || (*flag && !(*flag)->value.empty());
}

// What a container waits for while it starts.
bool is_starting(std::string_view reason) { return reason == "ContainerCreating" || reason == "PodInitializing"; }

}  // namespace

http::Request api_server_pods_request() {
  return kube::list_request({.group = "", .version = "v1", .plural = "pods", .namespaced = true},
                            {.name_space = "kube-system",
                             .label_selector = "component=kube-apiserver",
                             .field_selector = {},
                             .limit = 0,
                             .continue_token = {},
                             .view = kube::View::whole});
}

Result<std::vector<ApiServerPod>> parse_api_server_pods(std::string_view json) {
  PodReader reader;
  if (!reader.read(json) || reader.kind() != "PodList")
    return fail(ErrorKind::protocol, "the server's reply is no list of Pods in JSON");
  if (reader.pods().size() > kMaxApiServerPods)
    return fail(ErrorKind::too_large, fmt::format("there are more than {} Pods of API servers", kMaxApiServerPods));
  return std::move(reader.pods());
}

void check_api_server_pods(const std::vector<ApiServerPod>& pods, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::server_crashing);
  for (const ApiServerPod& pod : pods) {
    const std::string subject = fmt::format("pod kube-system/{}", pod.name);
    if (!pod.waiting.empty() && !is_starting(pod.waiting))
      diagnosis.error(CheckId::server_crashing, subject,
                      fmt::format("its container does not run: {}, after {} restarts", pod.waiting, pod.restarts),
                      fmt::format("kubectl logs -n kube-system {} --previous; on its node also: journalctl -u kubelet", pod.name));
    // Of a Pod that shows no command line nothing is known.
    if (pod.words.empty()) continue;
    diagnosis.made(CheckId::flag_missing);
    if (!has_configuration(pod))
      diagnosis.error(CheckId::flag_missing, subject, "it was started without --encryption-provider-config",
                      fmt::format("on {}: {} manifest patch /etc/kubernetes/manifests/kube-apiserver.yaml --write",
                                  pod.node.empty() ? "its node" : pod.node, kProgram));
  }
}

}  // namespace kencrypt::doctor
