// What kubectl's global flags say about the connection
// (k8s.io/cli-runtime pkg/genericclioptions/config_flags.go). An empty value is a flag not given.
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"

namespace kencrypt::kube {

struct ConnectionFlags {
  std::string kubeconfig;
  std::string context;
  std::string cluster;
  std::string user;
  std::string name_space;
  std::string server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority;
  std::string client_certificate;
  std::string client_key;
  SecretBytes token;
  std::string as;
  std::string as_uid;
  std::vector<std::string> as_group;
  std::vector<std::string> as_user_extra;  // "key=value"
  std::string username;
  SecretBytes password;
  std::string request_timeout = "0";  // whole seconds or a Go duration; "0": none
  bool disable_compression = false;
  std::string proxy_url;  // kubectl has the flag since 1.37
};

}  // namespace kencrypt::kube
