// The Pods of API servers that a kubelet shows of its static Pods (kubeadm and its like): what they were started with,
// and whether they run. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doctor/diagnosis.h"
#include "http/message.h"

namespace kencrypt::doctor {

struct ApiServerPod {
  std::string name;
  std::string node;
  std::vector<std::string> words;  // of the kube-apiserver's command line
  std::string waiting;             // why its container does not run: "CrashLoopBackOff"; "" if it does
  std::uint64_t restarts = 0;
};

// A control plane has three or five; more are kept of none.
inline constexpr std::size_t kMaxApiServerPods = 1000;

// Pods in kube-system with the label that kubeadm gives them.
http::Request api_server_pods_request();

// Errors: protocol, for what is no list of Pods; too_large.
Result<std::vector<ApiServerPod>> parse_api_server_pods(std::string_view json);

void check_api_server_pods(const std::vector<ApiServerPod>& pods, Diagnosis& diagnosis);

}  // namespace kencrypt::doctor
