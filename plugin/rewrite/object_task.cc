#include "rewrite/object_task.h"

#include <fmt/format.h>

#include "http/retry.h"
#include "kube/api_status.h"
#include "kube/list_page.h"

namespace kencrypt::rewrite {
namespace {

Step finished(Outcome outcome) {
  Step step;
  step.outcome = outcome;
  return step;
}

Step failed(std::string reason, std::string message) {
  Step step = finished(Outcome::failed);
  step.reason = std::move(reason);
  step.message = std::move(message);
  return step;
}

Step send_again() {
  Step step;
  step.next = Step::Next::send;
  return step;
}

Step stop_run(Error error) {
  Step step;
  step.next = Step::Next::stop_run;
  step.error = std::move(error);
  return step;
}

}  // namespace

ObjectTask::ObjectTask(const kube::Resource& resource, Work work, kube::DryRun dry_run)
    : resource_(&resource),
      work_(std::move(work)),
      dry_run_(dry_run),
      reading_(work_.bytes.empty()) {}

http::Request ObjectTask::request() const {
  if (reading()) return kube::get_request(*resource_, work_.object, kube::View::whole);
  const std::string_view body = own_bytes_.empty() ? work_.bytes : own_bytes_.view();
  return kube::put_request(*resource_, work_.object, body, dry_run_);
}

Step ObjectTask::on_reply(const http::ResponseHead& head, std::string_view body) {
  if (http::asks_to_wait(head)) {
    const kube::ApiStatus status = kube::parse_status(head.status, body);
    return on_wait(status.reason.empty() ? "Unavailable" : status.reason, status.message,
                   http::retry_after(head).value_or(Duration{}));
  }
  if (head.status / 100 == 2) return reading() ? on_read(body) : on_written(body);
  if (head.status == 409) return on_conflict(head, body);
  return on_refused(head, body);
}

Step ObjectTask::on_lost(const Error& error) {
  if (http::is_transient(error.kind)) return on_wait("ConnectionLost", error.message, Duration{});
  if (error.kind == ErrorKind::too_large)
    return failed("ReplyTooLarge", error.message);
  return stop_run(error);
}

Step ObjectTask::on_written(std::string_view body) {
  const auto reply = kube::parse_object(body);
  if (!reply) return failed("InvalidReply", reply.error().message);
  const bool same = reply->resource_version == work_.resource_version;
  return finished(same ? Outcome::unchanged : Outcome::rewritten);
}

Step ObjectTask::on_read(std::string_view body) {
  const auto object = kube::parse_object(body);
  if (!object) return failed("InvalidReply", object.error().message);
  work_.resource_version = object->resource_version;
  work_.bytes = {};
  own_bytes_ = SecretBytes(body);
  reading_ = false;
  repetitions_ = 0;
  return send_again();
}

Step ObjectTask::on_conflict(const http::ResponseHead& head, std::string_view body) {
  if (reading()) return on_refused(head, body);
  if (++conflicts_ > kMaxConflicts)
    return failed("Conflict",
                  fmt::format("was changed by others {} times while it was being written; run again "
                              "when it is quiet",
                              kMaxConflicts));
  reading_ = true;
  work_.bytes = {};
  repetitions_ = 0;
  Step step = send_again();
  step.conflict = true;
  return step;
}

Step ObjectTask::on_wait(std::string reason, std::string message, Duration delay) {
  if (++repetitions_ > kMaxRepetitions) return failed(std::move(reason), std::move(message));
  Step step;
  step.next = Step::Next::wait;
  step.delay = delay;
  step.reason = std::move(reason);
  step.message = std::move(message);
  return step;
}

Step ObjectTask::on_refused(const http::ResponseHead& head, std::string_view body) {
  const kube::ApiStatus status = kube::parse_status(head.status, body);
  if (head.status == 401) return stop_run(kube::to_error(status));
  // Only the API server's own word: a 404 page of some proxy says nothing about the object. A name
  // that was never there is most likely a typing error, and must not pass as done.
  if (status.reason == "NotFound" && was_seen()) return finished(Outcome::gone);
  return failed(status.reason.empty() ? fmt::format("HTTP {}", head.status) : status.reason,
                status.message);
}

}  // namespace kencrypt::rewrite
