#include "doctor/api_server_pods.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "unit/doctor/findings.h"

using namespace kencrypt;

namespace {

std::string pod(const std::string& words, const std::string& state = R"("running":{})") {
  return fmt::format(R"({{"metadata":{{"name":"kube-apiserver-cp-1"}},"spec":{{"nodeName":"cp-1","containers":[)"
                     R"({{"name":"sidecar","command":["x","--encryption-provider-config=/elsewhere"]}},{{"name":"kube-apiserver",{}}}]}},)"
                     R"("status":{{"containerStatuses":[{{"name":"sidecar","restartCount":9,"state":{{"waiting":{{"reason":"CrashLoopBackOff"}}}}}},)"
                     R"({{"name":"kube-apiserver","restartCount":3,"state":{{{}}}}}]}}}})",
                     words, state);
}

std::string judged(const std::string& pods) {
  const auto parsed = doctor::parse_api_server_pods(R"({"kind":"PodList","items":[)" + pods + "]}");
  if (!parsed) return parsed.error().message;
  doctor::Diagnosis diagnosis;
  doctor::check_api_server_pods(*parsed, diagnosis);
  return fakes::found(diagnosis);
}

}  // namespace

TEST_CASE("pods: the flag, however it is written", "[doctor]") {
  CHECK(judged(pod(R"("command":["kube-apiserver","--encryption-provider-config=/e.yaml"])")).empty());
  CHECK(judged(pod(R"("command":["kube-apiserver"],"args":["--encryption-provider-config","/e.yaml"])")).empty());
  CHECK(judged(pod(R"("command":["kube-apiserver","--encryption_provider_config=/e.yaml"])")).empty());
  CHECK(judged(pod(R"("command":["kube-apiserver","--secure-port=1"])")) == "error flag-missing");
  CHECK(judged(pod(R"("command":["kube-apiserver","--encryption-provider-config="])")) == "error flag-missing");
  CHECK(judged(pod(R"("command":["kube-apiserver","--encryption-provider-config-automatic-reload"])")) == "error flag-missing");
  CHECK(judged(pod(R"("image":"x")")).empty());
}

TEST_CASE("pods: a container that does not run", "[doctor]") {
  const std::string good = R"("command":["kube-apiserver","--encryption-provider-config=/e.yaml"])";
  CHECK(judged(pod(good, R"("waiting":{"reason":"CrashLoopBackOff","message":"m"})")) == "error server-crashing");
  CHECK(judged(pod(good, R"("waiting":{"reason":"CreateContainerError"})")) == "error server-crashing");
  CHECK(judged(pod(good, R"("waiting":{"reason":"ContainerCreating"})")).empty());
}

TEST_CASE("pods: none, and what is no list", "[doctor]") {
  doctor::Diagnosis diagnosis;
  doctor::check_api_server_pods({}, diagnosis);
  CHECK(diagnosis.passed() == std::vector{doctor::CheckId::server_crashing});  // and nothing about the flag
  CHECK(doctor::parse_api_server_pods("{}").error().kind == ErrorKind::protocol);
  CHECK(doctor::parse_api_server_pods(R"({"kind":"PodList","items":[)").error().kind == ErrorKind::protocol);
  std::string many;
  for (std::size_t i = 0; i <= doctor::kMaxApiServerPods; ++i) many += std::string(i == 0 ? "" : ",") + "{}";
  CHECK(judged(many) == "there are more than 1000 Pods of API servers");
  CHECK(doctor::api_server_pods_request().target ==
        "/api/v1/namespaces/kube-system/pods?labelSelector=component%3Dkube-apiserver");
}
