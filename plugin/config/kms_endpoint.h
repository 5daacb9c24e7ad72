// The address of a KMS plugin, judged as the API server does: by Go's net/url, and once more when it makes the
// connection (k8s.io/kms pkg/util, ParseEndpoint; google.golang.org/grpc clientconn.go, parseTarget).
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::config {

// "" if the server takes it, else why it does not. `endpoint` is not empty.
std::string endpoint_problem(std::string_view endpoint);

}  // namespace kencrypt::config
