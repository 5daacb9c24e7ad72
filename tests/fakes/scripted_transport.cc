#include "fakes/scripted_transport.h"

#include <algorithm>

#include "base/text.h"

namespace kencrypt::fakes {
namespace {

SeenRequest remember(const http::Request& request) {
  SeenRequest seen;
  seen.method = request.method;
  seen.target = request.target;
  seen.headers = request.headers;
  seen.body = request.body;
  if (request.authorization != nullptr) seen.authorization = request.authorization->view();
  if (request.identity != nullptr) seen.certificate = request.identity->certificate.view();
  seen.timeout = request.timeout;
  seen.prior_knowledge = request.prior_knowledge;
  return seen;
}

Result<void> play(const ScriptedReply& reply, http::Receiver& receiver) {
  if (reply.status != 0) {
    receiver.on_head({reply.status, reply.headers});
    if (!reply.body.empty() && !receiver.on_body(reply.body))
      return fail(ErrorKind::cancelled, "ended by the receiver");
  }
  if (reply.error) return std::unexpected(*reply.error);
  if (!reply.trailers.empty()) receiver.on_trailers(reply.trailers);
  return {};
}

}  // namespace

std::vector<std::string> SeenRequest::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const http::Header& header : headers)
    if (to_lower(header.name) == to_lower(name)) found.push_back(header.value);
  return found;
}

http::RequestId ScriptedTransport::start(http::Request request, http::Receiver& receiver) {
  requests_.push_back(remember(request));
  ScriptedReply reply{0, "", {}, Error{ErrorKind::protocol, "the script has no reply left"}, false};
  if (!script_.empty()) {
    reply = std::move(script_.front());
    script_.pop_front();
  }
  const http::RequestId id = requests_.size();
  flights_.emplace(id, Flight{std::move(reply), &receiver, request.identity});
  return id;
}

void ScriptedTransport::cancel(http::RequestId id) {
  if (flights_.erase(id) > 0) requests_[id - 1].cancelled = true;
}

void ScriptedTransport::run_once(TimePoint) {
  const auto next = std::find_if(flights_.begin(), flights_.end(),
                                 [](const auto& entry) { return !entry.second.reply.never; });
  if (next == flights_.end()) return;
  const http::RequestId id = next->first;
  const Flight flight = std::move(flights_.extract(next).mapped());
  if (flight.identity != nullptr)
    requests_[id - 1].certificate = flight.identity->certificate.view();
  const Result<void> outcome = play(flight.reply, *flight.receiver);
  flight.receiver->on_done(outcome);
}

}  // namespace kencrypt::fakes
