#include "commands/manual.h"

#include <charconv>

#include "base/rfc3339.h"
#include "cli/global_flags.h"
#include "cli/man_page.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/version_info.h"

namespace kencrypt::commands {
namespace {

// The last second of the year 9999: what a date of four digits can say.
constexpr std::int64_t kMaxSeconds = 253'402'300'799;

cli::ManSection environment_section() {
  return {"ENVIRONMENT",
          {{"KUBECONFIG", "Kubeconfig files to merge, separated by colons, as for kubectl."},
           {"KUBECACHEDIR", "Where checkpoints are kept instead of ~/.kube/cache."},
           {"HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
            "The proxy and its exceptions, also in lower case; proxy-url in the kubeconfig goes first. HTTP_PROXY is "
            "refused where REQUEST_METHOD is set, since a web client could have set it."},
           {"SSL_CERT_FILE, SSL_CERT_DIR",
            "The system's certificate authorities, used where the kubeconfig names none."},
           {"ETCDCTL_ENDPOINTS, ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY, ETCDCTL_INSECURE_TRANSPORT, "
            "ETCDCTL_INSECURE_SKIP_TLS_VERIFY",
            "What the flags of etcd are without these flags. They alone do not choose etcd."},
           {"KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, POD_NAMESPACE",
            "The API server, and the namespace, inside a pod that has no kubeconfig."},
           {"KUBERNETES_MASTER", "The API server where nothing else names one."},
           {"KUBECTL_PATH", "What kubectl is called in hints, where the PATH leads to another one; kubectl sets it, from 1.37 on."},
           {"HOME", "Where .kube is."},
           {"NO_COLOR, TERM", "No colour is used if the first one is set, or if the terminal is \"dumb\"."},
           {"SOURCE_DATE_EPOCH", "The date of this manual, in seconds since 1970, when it is made."}}};
}

cli::ManSection exit_section() {
  return {"EXIT STATUS",
          {{"0", "Done; for status also: nothing that --fail-on names."},
           {"1",
            "An error, some object was not rewritten, or with --decrypt some value cannot be read; the reason is on "
            "standard error or in the report."},
           {"2",
            "status --fail-on: there are objects of a kind that it names; status --safe-to-remove and config remove-key: the key "
            "may not go; config lint: an API server refuses the file, or there is what --fail-on names; "
             "manifest check: something is missing; backup verify: something does not decrypt, or cannot be told; wait, enable, "
             "rotate and disable: not all servers can say what they run; the last three also: there is no proof yet; doctor: there "
             "is what --fail-on names."},
           {"130", "Interrupted by Ctrl-C; what is reported as done is done."},
           {"141", "Done, and ended by SIGPIPE, as other programs are: whoever read standard output had gone."}}};
}

cli::ManSection files_section() {
  return {"FILES",
          {{"~/.kube/config", "The kubeconfig, unless KUBECONFIG or --kubeconfig names another."},
           {"~/.kube/cache/kubectl-encrypt/rewrite-*.json",
            "Checkpoints of rewrite, for its owner alone: names and versions of objects, no content. A run that has done "
            "everything removes its own."},
           {"/etc/kubernetes/kube-apiserver.yaml.before-*",
            "What manifest patch has replaced, for manifest patch --undo, which removes it."},
           {"FILE.rotation",
            "How far enable, rotate or disable of FILE has come: names and hashes, no key. A run that has done everything removes it."},
           {"FILE.archive-*", "The keys that rotate and disable have taken out of FILE, for its owner alone: backups of etcd need them."},
           {"FILE.bak-*",
            "What config add-key, promote and remove-key, enable, rotate and disable have changed, as it was, with its keys, for its owner alone."}}};
}

cli::ManPage page(std::string date) {
  cli::ManPage page{.name = "kubectl-encrypt",
                    .summary = "re-encrypt Kubernetes Secrets and show how each is stored",
                    .date = std::move(date),
                    .source = "kubectl-encrypt " + std::string(kVersion),
                    .description = std::string(program_description()) +
                                   "\n\nkubectl finds this program on the PATH and calls it as \"{program}\". Flags come "
                                   "after these words: \"{program} status --context x\".",
                    .commands = {},
                    .globals = cli::global_flags(),
                    .sections = {environment_section(), exit_section(), files_section()},
                    .see_also = {"kubectl(1)", "kube-apiserver(8)", "etcdctl(1)"}};
  for (Command& command : runnable_commands())
    page.commands.push_back({std::move(command.name), std::move(command.summary), std::move(command.help), std::move(command.flags)});
  return page;
}

Result<WallTime> date_of(const Environment& environment) {
  const auto text = environment.variables.find("SOURCE_DATE_EPOCH");
  if (!text) return environment.clock.wall();
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || end != text->data() + text->size() || seconds < 0 || seconds > kMaxSeconds)
    return fail(ErrorKind::usage, "SOURCE_DATE_EPOCH has to be a number of seconds since 1970");
  return WallTime(std::chrono::seconds(seconds));
}

}  // namespace

Result<int> write_manual(Environment& environment) {
  TRY_ASSIGN(const WallTime date, date_of(environment));
  constexpr std::size_t kDate = 10;  // of "2026-01-02T15:04:05Z"
  cli::write_man_page(environment.out, page(format_rfc3339(date).substr(0, kDate)), environment.program);
  return kDone;
}

}  // namespace kencrypt::commands
