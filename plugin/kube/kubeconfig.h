// What kubeconfig files say, as plain values, and how several of them become one. No IO.
//
// Field names and rules: k8s.io/client-go tools/clientcmd/api/v1/types.go and loader.go.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"

namespace kencrypt::kube {

struct ClusterConfig {
  std::string server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority;       // a file
  std::string certificate_authority_data;  // PEM
  std::string proxy_url;                   // may hold a password
  bool disable_compression = false;
  // The extension client.authentication.k8s.io/exec as JSON, for exec plugins; "" if there is none.
  std::string exec_extension;
  friend bool operator==(const ClusterConfig&, const ClusterConfig&) = default;
};

struct ExecVariable {
  std::string name;
  std::string value;
  friend bool operator==(const ExecVariable&, const ExecVariable&) = default;
};

struct ExecConfig {
  std::string command;
  std::vector<std::string> arguments;
  std::vector<ExecVariable> environment;
  std::string api_version;
  std::string install_hint;
  bool provide_cluster_info = false;
  std::string interactive_mode;  // Never, IfAvailable, Always; "" if v1 and not set
  friend bool operator==(const ExecConfig&, const ExecConfig&) = default;
};

struct AuthProviderConfig {
  std::string name;
  std::map<std::string, SecretBytes, std::less<>> settings;
  friend bool operator==(const AuthProviderConfig&, const AuthProviderConfig&) = default;
};

struct Impersonation {
  std::string user;  // "" : nobody
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>, std::less<>> extra;
  friend bool operator==(const Impersonation&, const Impersonation&) = default;
};

struct UserConfig {
  std::string client_certificate;  // a file
  SecretBytes client_certificate_data;
  std::string client_key;  // a file
  SecretBytes client_key_data;
  SecretBytes token;
  std::string token_file;
  Impersonation impersonate;
  std::string username;
  SecretBytes password;
  std::optional<AuthProviderConfig> auth_provider;
  std::optional<ExecConfig> exec;
  friend bool operator==(const UserConfig&, const UserConfig&) = default;
};

struct ContextConfig {
  std::string cluster;
  std::string user;
  std::string name_space;
  friend bool operator==(const ContextConfig&, const ContextConfig&) = default;
};

template <class Entry>
using ByName = std::map<std::string, Entry, std::less<>>;

struct Kubeconfig {
  ByName<ClusterConfig> clusters;
  ByName<UserConfig> users;
  ByName<ContextConfig> contexts;
  std::string current_context;
  friend bool operator==(const Kubeconfig&, const Kubeconfig&) = default;
};

// Adds a file of lower rank: an entry whose name is known already is left out whole, never mixed
// field by field; current-context counts where there was none (ClientConfigLoadingRules.Load).
void merge_lower(Kubeconfig& config, Kubeconfig lower);

// Makes relative file names absolute against `directory`, the one the file is in. An exec command
// is a file name only if it holds a slash; others are looked up on PATH (ResolveLocalPaths).
void resolve_paths(Kubeconfig& config, const std::filesystem::path& directory);

}  // namespace kencrypt::kube
