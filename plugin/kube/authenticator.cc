#include "kube/authenticator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "kube/held_reply.h"

namespace kencrypt::kube {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kMaxAttempts = 2;

}  // namespace

// One request of a caller, through one or two requests of the inner transport.
class Authenticator::Attempt final : public http::Receiver {
 public:
  Attempt(Authenticator& owner, http::RequestId id, http::Request wanted, http::Receiver& caller)
      : request(std::move(wanted)), receiver(&caller), owner_(&owner), id_(id) {}

  void on_head(const http::ResponseHead& head) override {
    if (head.status == kUnauthorized && sent < kMaxAttempts)
      held.emplace(head, kMaxHeldBody);
    else
      receiver->on_head(head);
  }
  bool on_body(std::string_view chunk) override {
    if (held && held->add(chunk)) return true;
    if (held && !std::exchange(held, std::nullopt)->deliver(*receiver)) return false;
    return receiver->on_body(chunk);
  }
  void on_trailers(const std::vector<http::Header>& trailers) override {
    if (!held) receiver->on_trailers(trailers);
  }
  void on_done(Result<void> outcome) override { owner_->finish(id_, std::move(outcome)); }

  http::Request request;
  http::Receiver* receiver;
  std::optional<HeldReply> held;  // a 401 that nobody has been told of yet
  std::optional<http::RequestId> inner_id;
  std::uint64_t generation = 0;  // of the credentials it was sent with
  int sent = 0;

 private:
  Authenticator* owner_;
  http::RequestId id_;
};

Authenticator::Authenticator(http::Transport& inner, std::unique_ptr<Credentials> credentials,
                             const Clock& clock, RequestDefaults defaults)
    : inner_(&inner),
      credentials_(std::move(credentials)),
      clock_(&clock),
      defaults_(std::move(defaults)) {}

Authenticator::~Authenticator() {
  for (const auto& [id, attempt] : attempts_)
    if (attempt->inner_id) inner_->cancel(*attempt->inner_id);
}

http::RequestId Authenticator::start(http::Request request, http::Receiver& receiver) {
  const http::RequestId id = ++last_id_;
  if (!defaults_.user_agent.empty())
    request.headers.push_back({"User-Agent", defaults_.user_agent});
  request.headers.insert(request.headers.end(), defaults_.headers.begin(), defaults_.headers.end());
  if (request.timeout == Duration::zero()) request.timeout = defaults_.timeout;
  auto& attempt = attempts_[id] =
      std::make_unique<Attempt>(*this, id, std::move(request), receiver);
  if (auto ready = credentials_->ensure(clock_->wall()); !ready)
    unsent_.emplace_back(id, std::move(ready).error());
  else
    send(*attempt);
  return id;
}

void Authenticator::send(Attempt& attempt) {
  const CredentialValues& values = credentials_->values();
  attempt.generation = values.generation;
  ++attempt.sent;
  http::Request request = attempt.request;
  request.authorization = values.authorization.empty() ? nullptr : &values.authorization;
  request.identity = pin_identity();
  attempt.inner_id = inner_->start(std::move(request), attempt);
}

const http::Identity* Authenticator::pin_identity() {
  const CredentialValues& values = credentials_->values();
  if (!values.identity) return nullptr;
  if (const auto pinned = identities_.find(values.generation); pinned != identities_.end())
    return &pinned->second;
  unpin_unused_identities();
  return &identities_.emplace(values.generation, *values.identity).first->second;
}

void Authenticator::unpin_unused_identities() {
  std::erase_if(identities_, [this](const auto& pinned) {
    return std::none_of(attempts_.begin(), attempts_.end(), [&pinned](const auto& entry) {
      return entry.second->generation == pinned.first;
    });
  });
}

// Whether there are other credentials than the attempt was sent with.
Result<bool> Authenticator::renew(const Attempt& attempt) {
  if (credentials_->values().generation != attempt.generation) return true;
  return credentials_->renew(clock_->wall());
}

void Authenticator::finish(http::RequestId id, Result<void> outcome) {
  Attempt& attempt = *attempts_.at(id);
  attempt.inner_id.reset();
  if (!attempt.held) return deliver(id, std::move(outcome));
  HeldReply held = *std::exchange(attempt.held, std::nullopt);
  const auto renewed = renew(attempt);
  if (!renewed) return deliver(id, std::unexpected(renewed.error()));
  if (*renewed) return send(attempt);
  if (!held.deliver(*attempt.receiver))
    outcome = fail(ErrorKind::cancelled, "the receiver ended the exchange");
  deliver(id, std::move(outcome));
}

void Authenticator::deliver(http::RequestId id, Result<void> outcome) {
  const auto attempt = std::move(attempts_.extract(id).mapped());  // lives until the call is over
  attempt->receiver->on_done(std::move(outcome));
}

void Authenticator::cancel(http::RequestId id) {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return;
  if (found->second->inner_id) inner_->cancel(*found->second->inner_id);
  attempts_.erase(found);
  std::erase_if(unsent_, [id](const auto& entry) { return entry.first == id; });
}

void Authenticator::run_once(TimePoint until) {
  if (unsent_.empty()) return inner_->run_once(until);
  // Only those of now: what a receiver starts in its turn waits for the next call.
  for (std::size_t count = unsent_.size(); count > 0 && !unsent_.empty(); --count) {
    const auto [id, error] = std::move(unsent_.front());
    unsent_.pop_front();
    deliver(id, std::unexpected(error));
  }
}

}  // namespace kencrypt::kube
