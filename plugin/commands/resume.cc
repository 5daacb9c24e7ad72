#include "commands/resume.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ostream>
#include <system_error>

#include "base/errno_text.h"
#include "base/sha256.h"
#include "kube/api_status.h"
#include "kube/list_page.h"
#include "kube/request.h"
#include "rewrite/witness.h"

namespace kencrypt::commands {
namespace {

using Targets = std::vector<rewrite::Target>;

// Metadata of one namespace.
constexpr std::size_t kMaxNamespaceBytes = 4U << 20;

// What identifies a cluster: nobody can recreate kube-system.
Result<std::string> cluster_id(http::Transport& transport) {
  const kube::Resource namespaces{.group = "", .plural = "namespaces", .namespaced = false};
  TRY_ASSIGN(const http::Response response,
             kube::require_success(http::call(
                 transport, kube::get_request(namespaces, {"", "kube-system"}, kube::View::metadata),
                 kMaxNamespaceBytes)));
  TRY_ASSIGN(const kube::PageItem item, kube::parse_object(response.body.view()));
  if (item.uid.empty()) return fail(ErrorKind::protocol, "the namespace kube-system has no uid");
  return item.uid;
}

std::string selection_text(const Targets& targets) {
  std::string text;
  for (const rewrite::Target& target : targets)
    text += fmt::format("{}{}/{} namespace={} selector={} field-selector={}", text.empty() ? "" : "; ",
                        target.resource.group_resource(), target.resource.version,
                        target.selection.name_space, target.selection.label_selector,
                        target.selection.field_selector);
  return text;
}

// kubectl's own cache directory, k8s.io/cli-runtime pkg/genericclioptions/config_flags.go.
Result<std::filesystem::path> automatic_path(const rewrite::CheckpointKey& key, const Variables& variables) {
  std::filesystem::path directory;
  if (const auto cache = variables.find("KUBECACHEDIR"))
    directory = *cache;
  else if (const auto home = variables.find("HOME"))
    directory = std::filesystem::path(*home) / ".kube" / "cache";
  else
    return fail(ErrorKind::io, "neither KUBECACHEDIR nor HOME is set");
  directory /= "kubectl-encrypt";
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(ErrorKind::io, fmt::format("create {}: {}", directory.string(), errno_text(error.value())));
  ::chmod(directory.c_str(), S_IRWXU);
  const std::string label = sha256_label(key.cluster + "\n" + key.selection);
  return directory / fmt::format("rewrite-{}.json", label.substr(label.find(':') + 1, 32));
}

class ResumePlan {
 public:
  ResumePlan(const RewriteOptions& options, const Targets& targets, Session& session, Environment& environment)
      : options_(options), targets_(targets), session_(session), environment_(environment) {}

  Result<Resume> make(const std::optional<std::string>& configuration) {
    if (!is_wanted()) return Resume{};
    auto found = find(configuration.value_or(""));
    if (found) return look_at(*std::move(found));
    if (!automatic()) return std::unexpected(found.error());
    note(fmt::format("no checkpoint is kept: {}", found.error().message));
    return Resume{};
  }

 private:
  bool automatic() const { return options_.checkpoint == "auto"; }
  void note(const std::string& text) { environment_.err << "rewrite: " << text << '\n'; }

  // A list of names is short, and a rehearsal does nothing that could be gone on with.
  bool is_wanted() const {
    const bool names = std::any_of(targets_.begin(), targets_.end(),
                                   [](const rewrite::Target& target) { return !target.names.empty(); });
    return options_.checkpoint != "none" && options_.dry_run == DryRunMode::none && !names;
  }

  Result<Resume> find(std::string configuration) {
    TRY_ASSIGN(key_.cluster, cluster_id(session_.transport()));
    key_.selection = selection_text(targets_);
    key_.configuration = std::move(configuration);
    Resume resume;
    resume.path = options_.checkpoint;
    if (automatic()) {
      TRY_ASSIGN(resume.path, automatic_path(key_, environment_.variables));
    }
    if (options_.restart) rewrite::remove_checkpoint(resume.path);
    return resume;
  }

  Result<Resume> look_at(Resume resume) {
    auto saved = rewrite::load_checkpoint(resume.path);
    if (saved && *saved) {
      const std::string objection = object_to(**saved);
      if (objection.empty())
        resume.from = std::move((*saved)->checkpoint);
      else
        saved = fail(ErrorKind::config, fmt::format("the checkpoint {} {}; begin anew with --restart",
                                                    resume.path.string(), objection));
    }
    if (!saved && !automatic()) return std::unexpected(saved.error());
    if (!saved) {
      note(fmt::format("{}: beginning anew", saved.error().message));
      rewrite::remove_checkpoint(resume.path);
    }
    if (resume.from)
      note(fmt::format("going on after {} objects that an earlier run has finished (--restart begins anew)",
                       resume.from->finished));
    resume.file = std::make_unique<rewrite::CheckpointFile>(
        resume.path, key_, environment_.clock, [this_err = &environment_.err](const Error& error) {
          *this_err << "rewrite: no checkpoint is kept any more: " << error.message << '\n';
        });
    return resume;
  }

  // Why it must not be believed; "" if it may.
  std::string object_to(const rewrite::SavedRun& saved) {
    if (saved.key.cluster != key_.cluster) return "is of another cluster";
    if (saved.key.selection != key_.selection)
      return fmt::format("is of another selection ({})", saved.key.selection);
    if (!saved.key.configuration.empty() && !key_.configuration.empty() &&
        saved.key.configuration != key_.configuration)
      return "was made under another encryption configuration";
    if (saved.checkpoint.target >= targets_.size()) return "does not fit its own selection";
    switch (rewrite::ask_write_key(session_.transport(), targets_, options_.engine.strategy,
                                   saved.checkpoint.witnesses)) {
      case rewrite::WriteKey::same: return "";
      case rewrite::WriteKey::other: return "was made under another write key";
      case rewrite::WriteKey::unknown: break;
    }
    return "names no object any more that could tell whether the write key is the same";
  }

  const RewriteOptions& options_;
  const Targets& targets_;
  Session& session_;
  Environment& environment_;
  rewrite::CheckpointKey key_;
};

}  // namespace

Result<Resume> prepare_resume(const RewriteOptions& options, const Targets& targets,
                              const std::optional<std::string>& configuration, Session& session,
                              Environment& environment) {
  return ResumePlan(options, targets, session, environment).make(configuration);
}

}  // namespace kencrypt::commands
