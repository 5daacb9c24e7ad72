// Acting as someone else: the request headers for it (k8s.io/client-go
// transport/round_trippers.go).
#pragma once

#include <vector>

#include "http/message.h"
#include "kube/kubeconfig.h"

namespace kencrypt::kube {

// Impersonate-User, -Uid, -Group and -Extra-KEY; none without a user. Bytes of KEY that no header
// name may have are percent-encoded, '%' too. Values must hold no control characters
// (check_selected sees to that).
std::vector<http::Header> impersonation_headers(const Impersonation& as);

}  // namespace kencrypt::kube
