// A YAML value as JSON, for what a kubeconfig hands on to an exec plugin. Only kubeconfig_yaml*.cc
// files include this.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>

namespace kencrypt::kube {

// nullopt if the value is nested deeper or longer than an environment variable could carry, or has
// a key that is no string. Unquoted scalars become null, booleans and decimal numbers where they
// look like one (YAML 1.1, as sigs.k8s.io/yaml reads them); all else is a string.
std::optional<std::string> yaml_to_json(const YAML::Node& node);

}  // namespace kencrypt::kube
