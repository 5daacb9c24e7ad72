// From types, --all-resources or --config to resources that can be rewritten without a loss, or be
// looked at. Asks the server which resources it has once, and only if Secrets are not all that is
// meant.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encryption/encryption_config.h"
#include "http/transport.h"
#include "kube/discovery.h"
#include "kube/resource.h"

namespace kencrypt::commands {

enum class Purpose {
  rewrite,  // in the version in which an object loses nothing
  look,     // only to read: in the version that the server prefers
};

class ResourceChoice {
 public:
  // `warn` is given sentences without "Warning: ". Both must outlive this.
  ResourceChoice(http::Transport& transport, const std::function<void(std::string_view)>& warn,
                 Purpose purpose = Purpose::rewrite)
      : transport_(transport), warn_(warn), purpose_(purpose) {}

  // Whether a word between types can be one, too. A user who may not ask for the server's resources can
  // still name Secrets: then no word is. Errors: any other of kube::discover().
  Result<bool> is_type(std::string_view word);

  // Errors: usage, for a type that the server does not have or cannot list and update; those of discovery
  // and of kube::without_loss().
  Result<kube::Resource> by_type(std::string_view type);

  // All that the server keeps in its etcd. Errors: unavailable, if a group does not say what it has: nothing
  // is left out without a word.
  Result<std::vector<kube::Resource>> all();

  // What may be stored encrypted under these rules. What a rule names and the server does not have is
  // warned of. Errors: those of all(), for groups that a rule covers.
  Result<std::vector<kube::Resource>> covered_by(
      const std::vector<encryption::ConfiguredRule>& rules);

 private:
  using Covers = std::function<bool(std::string_view plural, std::string_view group)>;
  using MayCover = std::function<bool(std::string_view group)>;

  Result<void> discover();
  Result<kube::Resource> versioned(const kube::ApiResource& resource) const;
  Result<std::vector<kube::Resource>> stored(const Covers& covers, const MayCover& may_cover);
  Result<void> refuse_unavailable(const MayCover& may_cover) const;
  void name_left_out(const MayCover& may_cover) const;
  bool is_elsewhere(const kube::GroupVersion& one) const;

  http::Transport& transport_;
  const std::function<void(std::string_view)>& warn_;
  Purpose purpose_;
  std::optional<kube::Discovery> known_;
  std::vector<kube::GroupVersion> elsewhere_;  // of stored()
};

}  // namespace kencrypt::commands
