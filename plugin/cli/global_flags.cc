#include "cli/global_flags.h"

#include <string_view>
#include <utility>

#include "base/text.h"

namespace kencrypt::cli {
namespace {

Flag global(std::string name, FlagKind kind, std::string default_value, std::string help,
            char letter = 0) {
  return {.name = std::move(name),
          .letter = letter,
          .kind = kind,
          .default_value = std::move(default_value),
          .help = std::move(help),
          .group = std::string(kGlobalGroup)};
}

Flag text(std::string name, std::string help, char letter = 0) {
  return global(std::move(name), FlagKind::text, "", std::move(help), letter);
}

Flag boolean(std::string name, std::string help) {
  return global(std::move(name), FlagKind::boolean, "", std::move(help));
}

Flag list(std::string name, std::string help) {
  return global(std::move(name), FlagKind::list, "", std::move(help));
}

Flag completed(Flag flag, ValueShape value) {
  flag.value = std::move(value);
  return flag;
}

Flag ignored(Flag flag, std::string_view why) {
  flag.help += std::string(" (no effect here: ") + std::string(why) + ")";
  return flag;
}

// k8s.io/cli-runtime pkg/genericclioptions/config_flags.go
FlagTable config_flags() {
  return {
      text("as",
           "Username to impersonate for the operation. User could be a regular user or a "
           "service account in a namespace."),
      list("as-group",
           "Group to impersonate for the operation, this flag can be repeated to "
           "specify multiple groups."),
      text("as-uid", "UID to impersonate for the operation."),
      list("as-user-extra",
           "User extras to impersonate for the operation, as key=value; this flag "
           "can be repeated to specify multiple values for the same key."),
      completed(text("certificate-authority", "Path to a cert file for the certificate authority"),
                file()),
      completed(text("client-certificate", "Path to a client certificate file for TLS"), file()),
      completed(text("client-key", "Path to a client key file for TLS"), file()),
      completed(text("cluster", "The name of the kubeconfig cluster to use"),
                means(Means::cluster)),
      completed(text("context", "The name of the kubeconfig context to use"),
                means(Means::context)),
      boolean("disable-compression",
              "If true, opt-out of response compression for all requests to the server"),
      boolean("insecure-skip-tls-verify",
              "If true, the server's certificate will not be checked for validity. This will make "
              "your HTTPS connections insecure"),
      completed(text("kubeconfig", "Path to the kubeconfig file to use for CLI requests."), file()),
      completed(text("namespace", "If present, the namespace scope for this CLI request", 'n'),
                means(Means::name_space)),
      text("password", "Password for basic authentication to the API server"),
      text("proxy-url", "Proxy URL to use for requests to the API server"),
      global("request-timeout", FlagKind::text, "0",
             "The length of time to wait before giving up on a single server request. Non-zero "
             "values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero "
             "means don't timeout requests."),
      text("server", "The address and port of the Kubernetes API server", 's'),
      text("tls-server-name",
           "Server name to use for server certificate validation. If it is not provided, the "
           "hostname used to contact the server is used"),
      text("token", "Bearer token for authentication to the API server"),
      completed(text("user", "The name of the kubeconfig user to use"), means(Means::user)),
      text("username", "Username for basic authentication to the API server"),
      global("v", FlagKind::integer, "0", "number for the log level verbosity", 'v'),
      boolean("warnings-as-errors",
              "Treat warnings received from the server as errors and exit with a non-zero exit "
              "code"),
  };
}

// Accepted so that a command line written for kubectl is not refused.
FlagTable flags_without_effect() {
  constexpr std::string_view kOneLog = "there is one unbuffered log";
  constexpr std::string_view kNoProfiler = "there is no profiler";
  return {
      ignored(completed(text("cache-dir", "Default cache directory"), means(Means::directory)),
              "nothing is cached"),
      ignored(completed(text("kuberc", "Path to the kuberc file to use for preferences."), file()),
              "kubectl applies preferences to its own commands only"),
      ignored(global("log-flush-frequency", FlagKind::duration, "5s",
                     "Maximum number of seconds between log flushes"),
              kOneLog),
      ignored(boolean("match-server-version", "Require server version to match client version"),
              "no client version is tied to a server version"),
      ignored(
          completed(global("profile", FlagKind::text, "none",
                           "Name of profile to capture. One of "
                           "(none|cpu|heap|goroutine|threadcreate|block|mutex)"),
                    one_of({"none", "cpu", "heap", "goroutine", "threadcreate", "block", "mutex"})),
          kNoProfiler),
      ignored(completed(global("profile-output", FlagKind::text, "profile.pprof",
                               "Name of the file to write the profile to"),
                        file()),
              kNoProfiler),
      ignored(
          text("vmodule", "comma-separated list of pattern=N settings for file-filtered logging"),
          kOneLog),
  };
}

Flag help_flag() {
  Flag flag = boolean("help", "Show help");
  flag.letter = 'h';
  flag.hidden = true;  // as in kubectl: the closing lines of each help text name it
  return flag;
}

}  // namespace

FlagTable global_flags() {
  FlagTable flags = merge(config_flags(), flags_without_effect());
  flags.push_back(help_flag());
  return flags;
}

Result<Duration> request_timeout(const ParsedFlags& flags) {
  const auto timeout = parse_duration(flags.get_string("request-timeout"));
  if (timeout) return *timeout;
  // k8s.io/cli-runtime pkg/genericclioptions and client-go tools/clientcmd/helpers.go
  return fail(ErrorKind::usage,
              "Invalid timeout value. Timeout must be a single integer in seconds, or an integer "
              "followed by a corresponding time unit (e.g. 1s | 2m | 3h)");
}

}  // namespace kencrypt::cli
