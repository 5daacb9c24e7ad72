// What completion offers from the kubeconfig, from the API server and from an encryption
// configuration: at once or not at all.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "commands/environment.h"
#include "commands/session.h"
#include "completion/sources.h"
#include "http/deadline_transport.h"
#include "kube/discovery.h"
#include "kube/resource.h"

namespace kencrypt::commands {

// The names of more objects are not kept: the completion would not show them.
inline constexpr std::size_t kMostNames = 100'000;

class LiveSources final : public completion::Sources {
 public:
  // Nobody is asked who would answer after `deadline`. `environment` must outlive it; nothing is
  // printed to it and nothing read from its standard input. As with kubectl, an exec plugin is run;
  // it has no terminal here.
  LiveSources(const Environment& environment, TimePoint deadline);

  std::vector<completion::Candidate> values(cli::Means kind, const completion::Line& line) override;
  std::vector<completion::Candidate> names(std::string_view type,
                                           const completion::Line& line) override;
  bool is_type(std::string_view word, const completion::Line& line) override;

 private:
  std::vector<completion::Candidate> kubeconfig_entries(cli::Means kind,
                                                        const cli::ParsedFlags& flags);
  std::vector<completion::Candidate> types(const cli::ParsedFlags& flags);
  std::vector<completion::Candidate> object_names(const kube::Resource& resource,
                                                  std::string_view name_space,
                                                  const cli::ParsedFlags& flags);
  Result<std::vector<completion::Candidate>> list(const kube::Resource& resource,
                                                  std::string_view name_space);
  // Opened with the first question; nullptr where there is no way to the server.
  http::Transport* line_to_server(const cli::ParsedFlags& flags);
  // What the server has; asked for once. nullptr if it does not say.
  const kube::Discovery* discovered(const cli::ParsedFlags& flags);
  std::optional<kube::Resource> resource_of(std::string_view type, const cli::ParsedFlags& flags);
  bool may_read_kubeconfig(const cli::ParsedFlags& flags) const;

  std::ostream silence_{nullptr};  // takes everything and goes nowhere
  Environment environment_;
  TimePoint deadline_;
  bool tried_ = false;
  std::unique_ptr<Session> session_;
  std::optional<http::DeadlineTransport> server_;
  std::optional<Result<kube::Discovery>> known_;
};

}  // namespace kencrypt::commands
