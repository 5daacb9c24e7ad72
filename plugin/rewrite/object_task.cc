#include "rewrite/object_task.h"

#include <fmt/format.h>

#include "http/retry.h"
#include "kube/api_status.h"
#include "kube/list_page.h"
#include "kube/unreadable.h"

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

pacing::Trouble trouble_of(int http_code) {
  return http_code == 429 || http_code == 504 ? pacing::Trouble::busy : pacing::Trouble::away;
}

constexpr std::string_view kUnreadableAdvice =
    "the API server cannot read it from etcd: the key or KMS plugin that it was stored with is missing from "
    "the encryption configuration. Put the key back (behind the others) and run again, restore the object "
    "from a backup, or delete it";

}  // namespace

ObjectTask::ObjectTask(const kube::Resource& resource, Strategy strategy, Work work,
                       kube::DryRun dry_run)
    : resource_(&resource),
      strategy_(strategy),
      work_(std::move(work)),
      dry_run_(dry_run),
      reading_(work_.resource_version.empty()) {}

http::Request ObjectTask::request() {
  if (reading_)
    return kube::get_request(*resource_, work_.object,
                             strategy_ == Strategy::patch ? kube::View::metadata : kube::View::whole);
  if (strategy_ == Strategy::replace)
    return kube::put_request(*resource_, work_.object, work_.bytes.view(), dry_run_);
  patch_ = kube::precondition_patch(work_.uid, work_.resource_version);
  return kube::patch_request(*resource_, work_.object, patch_, dry_run_);
}

Step ObjectTask::on_reply(const http::ResponseHead& head, std::string_view body, bool starting) {
  if (http::asks_to_wait(head)) {
    const kube::ApiStatus status = kube::parse_status(head.status, body);
    return on_wait(trouble_of(head.status), status.reason.empty() ? "Unavailable" : status.reason,
                   status.message, http::retry_after(head).value_or(Duration{}));
  }
  if (head.status / 100 == 2) return reading_ ? on_read(body) : on_written(body);
  if (head.status == 409 && !reading_) return on_conflict();
  return on_refused(head, body, starting);
}

Step ObjectTask::on_lost(const Error& error) {
  if (http::is_transient(error.kind))
    return on_wait(pacing::Trouble::away, "ConnectionLost", error.message, Duration{});
  if (error.kind == ErrorKind::too_large) return failed("ReplyTooLarge", error.message);
  return stop_run(error);
}

Step ObjectTask::on_written(std::string_view body) {
  auto reply = kube::parse_object(body);
  if (!reply) return failed("InvalidReply", reply.error().message);
  const bool same = reply->resource_version == work_.resource_version;
  work_.resource_version = std::move(reply->resource_version);
  return finished(same ? Outcome::unchanged : Outcome::rewritten);
}

Step ObjectTask::on_read(std::string_view body) {
  auto object = kube::parse_object(body);
  if (!object) return failed("InvalidReply", object.error().message);
  work_.resource_version = std::move(object->resource_version);
  work_.uid = std::move(object->uid);
  work_.bytes = strategy_ == Strategy::replace ? SecretBytes(body) : SecretBytes();
  work_.seen = true;
  reading_ = false;
  repetitions_ = 0;
  return send_again();
}

Step ObjectTask::on_conflict() {
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

Step ObjectTask::on_wait(pacing::Trouble trouble, std::string reason, std::string message,
                         Duration delay) {
  if (++repetitions_ > kMaxRepetitions) return failed(std::move(reason), std::move(message));
  Step step;
  step.next = Step::Next::wait;
  step.delay = delay;
  step.trouble = trouble;
  step.reason = std::move(reason);
  step.message = std::move(message);
  return step;
}

Step ObjectTask::on_refused(const http::ResponseHead& head, std::string_view body, bool starting) {
  const kube::ApiStatus status = kube::parse_status(head.status, body);
  if (head.status == 401) return stop_run(kube::to_error(status));
  if (kube::means_etcd_is_busy(status))
    return on_wait(pacing::Trouble::busy, "EtcdBusy", status.message, Duration{});
  if (head.status == 500 && kube::means_kms_is_away(status.message))
    return on_wait(pacing::Trouble::away, "KMSUnavailable",
                   "the API server does not get on with its KMS plugin: " + status.message, Duration{});
  if (head.status == 403 && starting)
    return on_wait(pacing::Trouble::starting, status.reason, status.message, Duration{});
  // Only the API server's own word: a 404 page of some proxy says nothing about the object. A name
  // that was never there is most likely a typing error, and must not pass as done.
  if (status.reason == "NotFound" && work_.seen) return finished(Outcome::gone);
  if (head.status == 500 && (work_.unreadable || kube::means_unreadable(status.message)))
    return failed("StorageReadError", std::string(kUnreadableAdvice));
  return failed(status.reason.empty() ? fmt::format("HTTP {}", head.status) : status.reason,
                status.message);
}

}  // namespace kencrypt::rewrite
