#include "fakes/fake_cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/base64.h"
#include "kube/list_page.h"
#include "kube/request.h"

namespace kencrypt::fakes {
namespace {

std::string render(const kube::ObjectName& name, const StoredObject& object) {
  return fmt::format(
      R"({{"metadata":{{"name":"{0}","namespace":"{1}","uid":"u-{0}","resourceVersion":"{2}"}},"data":{{"k":"{3}"}}}})",
      name.name, name.name_space, object.revision, object.payload);
}

std::string render_metadata(const kube::ObjectName& name, const StoredObject& object) {
  return fmt::format(R"({{"metadata":{{"name":"{0}","namespace":"{1}","uid":"u-{0}","resourceVersion":"{2}"}}}})",
                     name.name, name.name_space, object.revision);
}

bool wants_metadata(const http::Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const http::Header& header) {
    return header.name == "Accept" && header.value.find("PartialObjectMetadata") != std::string::npos;
  });
}

std::string status(int code, std::string_view reason, std::string_view message) {
  return fmt::format(
      R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"{}","reason":"{}","code":{}}})",
      message, reason, code);
}

std::string parameter(std::string_view target, std::string_view name) {
  const auto query = target.find('?');
  if (query == std::string_view::npos) return {};
  for (const std::string_view part : split(target.substr(query + 1), '&')) {
    const auto equals = part.find('=');
    if (part.substr(0, equals) == name) return std::string(part.substr(equals + 1));
  }
  return {};
}

// "/api/v1/namespaces/NS/secrets/NAME" -> {NS, NAME}; a list has no name.
kube::ObjectName name_in(std::string_view target) {
  const auto parts = split(target.substr(0, target.find('?')), '/');
  kube::ObjectName name;
  if (parts.size() >= 6) name.name_space = parts[4];
  if (parts.size() >= 7) name.name = parts[6];
  return name;
}

// Tokens name the first object of the next page; those that go on after an expiry carry a '~' more,
// so that they differ.
std::string token(const kube::ObjectName& next) { return next.name_space + "." + next.name; }

// One of kube::continue_behind: {"v":"meta.k8s.io/v1","rv":-1,"start":"ns/name\u0000"}. Behind a name is the
// name and the smallest character.
kube::ObjectName from_behind_token(std::string_view text, const std::string& name_space) {
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.resize((padded.size() + 3) / 4 * 4, '=');
  const std::string json(decode_base64(padded)->view());
  const auto begin = json.find("\"start\":\"") + 9;
  const std::string key = json.substr(begin, json.find("\\u0000") - begin);
  const auto slash = key.find('/');
  if (slash == std::string::npos) return {name_space, key + '\x01'};
  return {key.substr(0, slash), key.substr(slash + 1) + '\x01'};
}

kube::ObjectName from_token(std::string_view text, const std::string& name_space) {
  text = text.substr(0, text.find('~'));
  if (text.starts_with("eyJ2")) return from_behind_token(text, name_space);
  const auto dot = text.find('.');
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

}  // namespace

void FakeCluster::add(const kube::ObjectName& name, std::string payload, bool stale) {
  objects_[name] = {std::move(payload), ++revision_, stale, 0};
}

void FakeCluster::write(const kube::ObjectName& name, std::string payload) {
  StoredObject& object = objects_[name];
  object.payload = std::move(payload);
  object.revision = ++revision_;
  object.stale = false;
}

std::size_t FakeCluster::stale_objects() const {
  return static_cast<std::size_t>(std::count_if(objects_.begin(), objects_.end(),
                                                [](const auto& entry) { return entry.second.stale; }));
}

http::RequestId FakeCluster::start(http::Request request, http::Receiver& receiver) {
  const auto spread = std::chrono::microseconds(random_() % 1000);
  pending_.push_back({++last_id_, std::move(request), &receiver,
                      clock_.now() + latency + latency * (random_() % 1000) / 1000 + spread});
  most_in_flight = std::max(most_in_flight, pending_.size());
  return last_id_;
}

void FakeCluster::cancel(http::RequestId id) {
  std::erase_if(pending_, [id](const Pending& pending) { return pending.id == id; });
}

void FakeCluster::run_once(TimePoint until) {
  const auto next = std::min_element(pending_.begin(), pending_.end(),
                                     [](const auto& a, const auto& b) { return a.due < b.due; });
  if (next == pending_.end() || next->due > until) return clock_.advance_to(until);
  clock_.advance_to(next->due);
  Pending pending = std::move(*next);
  pending_.erase(next);
  meanwhile();
  if (keep_targets) targets.push_back(pending.request.target);
  const Reply reply = serve(pending.request);
  deliver(std::move(pending), reply);
}

void FakeCluster::deliver(Pending pending, const Reply& reply) {
  http::Receiver& receiver = *pending.receiver;
  if (reply.lost) return receiver.on_done(fail(ErrorKind::connection_lost, "connection reset by fake"));
  http::ResponseHead head{reply.status, {}};
  if (reply.retry_after) head.headers.push_back({"retry-after", *reply.retry_after});
  receiver.on_head(head);
  const std::string_view body = reply.body;
  const std::size_t half = body.size() / 2;
  const bool whole = receiver.on_body(body.substr(0, half)) && receiver.on_body(body.substr(half));
  if (whole)
    receiver.on_done({});
  else
    receiver.on_done(fail(ErrorKind::cancelled, "the receiver wanted no more"));
}

FakeCluster::Reply FakeCluster::serve(const http::Request& request) {
  switch (fault(request)) {
    case Fault::none: return apply(request);
    case Fault::throttled: return {429, "Too many requests, please try again later.\n", "1"};
    case Fault::unavailable: return {503, status(503, "ServiceUnavailable", "apiserver not ready"), {}};
    case Fault::lost_before: return {.body = "", .retry_after = {}, .lost = true};
    case Fault::lost_after: {
      apply(request);
      return {.body = "", .retry_after = {}, .lost = true};
    }
    case Fault::etcd_late: apply(request); [[fallthrough]];
    case Fault::etcd_busy: return {500, R"({"kind":"Status","metadata":{},"status":"Failure","message":"etcdserver: request timed out","code":500})", {}};
    case Fault::kms_away:
      return {500,
              status(500, "InternalError",
                     "Internal error occurred: unable to transform key \\\"/registry/secrets/ns00/s00001\\\": failed to decrypt DEK, "
                     "error: rpc error: code = Unavailable desc = the KMS is out of reach"),
              {}};
    case Fault::expired: return expired(request, true);
    case Fault::expired_bare: return expired(request, false);
    case Fault::forbidden:
      return {403, status(403, "Forbidden", R"(secrets is forbidden: User \"u\" cannot do this)"), {}};
    case Fault::internal: return {500, status(500, "InternalError", "failed calling webhook"), {}};
    case Fault::unauthorized: return {401, status(401, "Unauthorized", "Unauthorized"), {}};
    case Fault::garbage: return {200, "<html>hello</html>", {}};
    case Fault::foreign_404: return {404, "<html>nothing here</html>", {}};
  }
  return {};
}

FakeCluster::Reply FakeCluster::apply(const http::Request& request) {
  const auto document = documents.find(std::string_view(request.target).substr(0, request.target.find('?')));
  if (document != documents.end()) return {document->second.status, document->second.body, {}};
  // It has Secrets, which are its ConfigMaps too: no metrics, no Leases, no migrations.
  if (request.target.find("/secrets") == std::string::npos &&
      request.target.find("/configmaps") == std::string::npos)
    return {404, status(404, "NotFound", "the server could not find the requested resource"), {}};
  const kube::ObjectName name = name_in(request.target);
  if (name.name.empty()) return list(request);
  const auto found = objects_.find(name);
  if (found == objects_.end())
    return {404, status(404, "NotFound", fmt::format("secrets {} not found", name.name)), {}};
  if (request.method == http::Method::put) return put(name, request);
  return request.method == http::Method::patch ? patch(name, request) : get(name, request);
}

FakeCluster::Reply FakeCluster::list(const http::Request& request) {
  ++lists;
  const std::string limit_text = parameter(request.target, "limit");
  const std::size_t limit = limit_text.empty() ? SIZE_MAX : std::stoul(limit_text);
  const std::string continue_token = parameter(request.target, "continue");
  const std::string name_space = name_in(request.target).name_space;
  auto at = continue_token.empty() ? objects_.begin() : objects_.lower_bound(from_token(continue_token, name_space));
  std::string items;
  std::vector<kube::ObjectName> unreadable;
  std::size_t count = 0;
  for (; at != objects_.end() && count < limit; ++at) {
    if (!name_space.empty() && at->first.name_space != name_space) continue;
    if (at->second.unreadable) {
      unreadable.push_back(at->first);
      if (!names_all_unreadable) break;
      continue;
    }
    items += (count++ > 0 ? "," : "") +
             (wants_metadata(request) ? render_metadata(at->first, at->second) : render(at->first, at->second));
    if (!wants_metadata(request)) content_bytes += at->second.payload.size();
  }
  if (!unreadable.empty()) return cannot_read(unreadable);
  std::string metadata = fmt::format(R"("resourceVersion":"{}")", revision_);
  if (at != objects_.end())
    metadata += fmt::format(R"(,"continue":"{}","remainingItemCount":{})", token(at->first),
                            std::distance(at, objects_.end()));
  return {200, fmt::format(R"({{"kind":"SecretList","apiVersion":"v1","metadata":{{{}}},"items":[{}]}})",
                           metadata, items), {}};
}

// As a server of 1.37 says it, or an older one.
FakeCluster::Reply FakeCluster::cannot_read(const std::vector<kube::ObjectName>& names) const {
  if (!names_all_unreadable)
    return {500, status(500, "InternalError",
                        fmt::format(R"(unable to transform key \"/registry/secrets/{}\": no matching prefix found)",
                                    kube::display_name(names.front()))), {}};
  std::string causes;
  for (const kube::ObjectName& name : names)
    causes += fmt::format(R"({}{{"reason":"UnexpectedServerResponse","field":"/registry/secrets/{}"}})",
                          causes.empty() ? "" : ",", kube::display_name(name));
  return {500, fmt::format(R"({{"kind":"Status","status":"Failure","reason":"StorageReadError","code":500,)"
                           R"("message":"failed to read one or more","details":{{"causes":[{}]}}}})",
                           causes), {}};
}

FakeCluster::Reply FakeCluster::get(const kube::ObjectName& name, const http::Request& request) {
  ++gets;
  if (objects_.at(name).unreadable)
    return {500, status(500, "InternalError", "Internal error occurred: no matching prefix found"), {}};
  return {200, reply_of(request, name), {}};
}

std::string FakeCluster::reply_of(const http::Request& request, const kube::ObjectName& name) {
  const StoredObject& object = objects_.at(name);
  if (wants_metadata(request)) return render_metadata(name, object);
  content_bytes += object.payload.size();
  return render(name, object);
}

FakeCluster::Reply FakeCluster::put(const kube::ObjectName& name, const http::Request& request) {
  ++puts;
  StoredObject& object = objects_.at(name);
  const auto sent = kube::parse_object(request.body);
  if (!sent) {
    ++puts_without_version;
    return {400, status(400, "BadRequest", "no object"), {}};
  }
  if (sent->resource_version != std::to_string(object.revision))
    return {409, status(409, "Conflict", "the object has been modified"), {}};
  if (request.body != render(name, object)) ++altered_bodies;
  return store(name, request);
}

FakeCluster::Reply FakeCluster::patch(const kube::ObjectName& name, const http::Request& request) {
  ++patches;
  const StoredObject& object = objects_.at(name);
  const std::string version = std::to_string(object.revision);
  if (request.body.find("\"resourceVersion\"") == std::string_view::npos) ++puts_without_version;
  if (request.body.find("\"resourceVersion\":\"" + version + "\"") == std::string_view::npos)
    return {409, status(409, "Conflict", "the object has been modified"), {}};
  if (request.body != kube::precondition_patch("u-" + name.name, version)) ++altered_bodies;
  return store(name, request);
}

FakeCluster::Reply FakeCluster::store(const kube::ObjectName& name, const http::Request& request) {
  StoredObject& object = objects_.at(name);
  const bool dry = parameter(request.target, "dryRun") == "All";
  if (object.stale && !dry) {
    object.stale = false;
    object.revision = ++revision_;
    ++object.writes;
  }
  return {200, reply_of(request, name), {}};
}

void FakeCluster::lose_client() {
  for (const Pending& pending : std::exchange(pending_, {}))
    if (random_() % 2 == 0) serve(pending.request);
}

FakeCluster::Reply FakeCluster::expired(const http::Request& request, bool with_token) {
  const std::string continue_token = parameter(request.target, "continue");
  const std::string next = with_token && !continue_token.empty()
                               ? fmt::format(R"("continue":"{}")", continue_token + "~")
                               : std::string();
  return {410,
          fmt::format(R"({{"kind":"Status","apiVersion":"v1","metadata":{{{}}},"status":"Failure",)"
                      R"("message":"The provided continue parameter is too old","reason":"Expired","code":410}})",
                      next),
          {}};
}

}  // namespace kencrypt::fakes
