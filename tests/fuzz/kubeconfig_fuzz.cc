// Kubeconfig files.
#include "fuzz/input.h"
#include "kube/kubeconfig_yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = kencrypt::kube::parse_kubeconfig(kencrypt::fuzz::text_of(data, size));
  if (!config) kencrypt::fuzz::require(!config.error().message.empty());
  return 0;
}
