#include "etcd/failover_transport.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "etcd/rpc_status.h"

namespace kencrypt::etcd {
namespace {

constexpr int kUnavailableRpc = 14;
constexpr int kUnavailableHttp = 503;

bool is_members_fault(ErrorKind kind) {
  return kind == ErrorKind::unreachable || kind == ErrorKind::connection_lost ||
         kind == ErrorKind::timeout || kind == ErrorKind::tls;
}

bool says_unavailable(const std::vector<http::Header>& fields) {
  const auto status = find_rpc_status(fields);
  return status && status->code == kUnavailableRpc;
}

}  // namespace

// One request of a caller, through one or more members.
class FailoverTransport::Attempt final : public http::Receiver {
 public:
  Attempt(FailoverTransport& owner, http::RequestId id, http::Request wanted,
          http::Receiver& caller, std::size_t first)
      : request(std::move(wanted)), receiver(&caller), member(first), owner_(&owner), id_(id) {}

  void on_head(const http::ResponseHead& head) override {
    has_head = true;
    unavailable = head.status == kUnavailableHttp || says_unavailable(head.headers);
    receiver->on_head(head);
  }
  bool on_body(std::string_view chunk) override { return receiver->on_body(chunk); }
  void on_trailers(const std::vector<http::Header>& trailers) override {
    unavailable = unavailable || says_unavailable(trailers);
    receiver->on_trailers(trailers);
  }
  void on_done(Result<void> outcome) override { owner_->finish(id_, std::move(outcome)); }

  http::Request request;
  http::Receiver* receiver;
  std::size_t member;
  std::optional<http::RequestId> inner_id;  // nullopt: could not be sent, for the reason `unsent`
  std::optional<Error> unsent;
  std::size_t tried = 0;
  std::string reasons;  // of the members tried so far
  bool has_head = false;
  bool unavailable = false;

 private:
  FailoverTransport* owner_;
  http::RequestId id_;
};

FailoverTransport::FailoverTransport(std::size_t members, Open open)
    : open_(std::move(open)), members_(members) {}

FailoverTransport::~FailoverTransport() {
  for (const auto& [id, attempt] : attempts_)
    if (attempt->inner_id) members_[attempt->member]->cancel(*attempt->inner_id);
}

Result<http::Transport*> FailoverTransport::member(std::size_t index) {
  if (!members_[index]) {
    TRY_ASSIGN(members_[index], open_(index));
  }
  return members_[index].get();
}

http::RequestId FailoverTransport::start(http::Request request, http::Receiver& receiver) {
  const http::RequestId id = ++last_id_;
  auto& attempt = attempts_[id] =
      std::make_unique<Attempt>(*this, id, std::move(request), receiver, current_);
  send(*attempt);
  return id;
}

void FailoverTransport::send(Attempt& attempt) {
  ++attempt.tried;
  attempt.inner_id.reset();
  if (auto transport = member(attempt.member))
    attempt.inner_id = (*transport)->start(attempt.request, attempt);
  else
    attempt.unsent = std::move(transport).error();
}

void FailoverTransport::cancel(http::RequestId id) {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return;
  const Attempt& attempt = *found->second;
  if (attempt.inner_id) members_[attempt.member]->cancel(*attempt.inner_id);
  attempts_.erase(found);
}

void FailoverTransport::finish(http::RequestId id, Result<void> outcome) {
  Attempt& attempt = *attempts_.at(id);
  if (!outcome && send_elsewhere(attempt, outcome.error())) return;
  if (attempt.unavailable || (!outcome && is_members_fault(outcome.error().kind)))
    leave(attempt.member);
  else
    current_ = attempt.member;
  if (!outcome) outcome.error().message.insert(0, attempt.reasons);
  const auto finished = std::move(attempts_.extract(id).mapped());  // lives until the caller knows
  finished->receiver->on_done(std::move(outcome));
}

bool FailoverTransport::send_elsewhere(Attempt& attempt, const Error& error) {
  const bool tried_all = attempt.tried >= members_.size();
  if (attempt.has_head || tried_all || !is_members_fault(error.kind)) return false;
  attempt.reasons += error.message + "; ";
  attempt.member = (attempt.member + 1) % members_.size();
  send(attempt);
  return true;
}

void FailoverTransport::leave(std::size_t index) { current_ = (index + 1) % members_.size(); }

std::vector<http::Transport*> FailoverTransport::busy() const {
  std::vector<http::Transport*> transports;
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (std::any_of(attempts_.begin(), attempts_.end(), [i](const auto& entry) {
          return entry.second->inner_id && entry.second->member == i;
        }))
      transports.push_back(members_[i].get());
  return transports;
}

bool FailoverTransport::report_unsent() {
  for (const auto& [id, attempt] : attempts_) {
    if (!attempt->unsent) continue;
    finish(id, std::unexpected(*std::exchange(attempt->unsent, std::nullopt)));
    return true;
  }
  return false;
}

// Any transport knows how to wait.
void FailoverTransport::wait_idly(TimePoint until) {
  const auto open = std::find_if(members_.begin(), members_.end(),
                                 [](const auto& transport) { return transport != nullptr; });
  if (open != members_.end()) (*open)->run_once(until);
}

void FailoverTransport::run_once(TimePoint until) {
  if (report_unsent()) return;
  const std::vector<http::Transport*> transports = busy();
  if (transports.empty()) return wait_idly(until);
  // More than one only after a failover in the middle of others' requests: those are few.
  for (std::size_t i = 0; i + 1 < transports.size(); ++i) transports[i]->run_once({});
  transports.back()->run_once(until);
}

std::uint64_t FailoverTransport::connections_opened() const {
  std::uint64_t count = 0;
  for (const auto& transport : members_)
    if (transport) count += transport->connections_opened();
  return count;
}

}  // namespace kencrypt::etcd
