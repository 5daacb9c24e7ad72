// Tokens of our own to go on with a list: the server's format, for places that it gave no token for.
#pragma once

#include <string>

#include "kube/name_list.h"
#include "kube/resource.h"

namespace kencrypt::kube {

// A token that goes on behind `last`, in the present state of the list ("rv":-1), with the selection
// that the list is asked for with: keys are relative to the namespace where one is selected. The name
// need not exist. Format: k8s.io/apiserver pkg/storage/continue.go, EncodeContinue, unchanged since 1.14.
std::string continue_behind(const ObjectName& last, const Selection& selection);

}  // namespace kencrypt::kube
