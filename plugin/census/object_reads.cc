#include "census/object_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

#include "kube/api_status.h"
#include "kube/request.h"

namespace kencrypt::census {
namespace {

constexpr Duration kReadTimeout = std::chrono::seconds(60);
// Bounds one turn of the loop.
constexpr Duration kTurn = std::chrono::seconds(1);
// An overloaded server asks for 1 to 32 s (k8s.io/apiserver pkg/server/filters/priority-and-fairness.go).
constexpr int kMinPauseSeconds = 1;
constexpr int kMaxPauseSeconds = 60;
// With the pauses above: some minutes of a server that does nothing but refuse.
constexpr int kMaxAttempts = 10;
// Of a refusal only the reason is wanted, which stands at the beginning of a Status that is longer.
constexpr std::size_t kMaxRefusal = 64U << 10;

struct Job {
  const kube::ObjectName* object = nullptr;
  int attempt = 1;
};

bool asks_to_wait(int status) { return status == 429 || status == 503 || status == 504; }

class Batch;

// One GET under way.
class Read final : public http::Receiver {
 public:
  Read(Batch& batch, Job job) : batch_(batch), job_(job) {}
  void on_head(const http::ResponseHead& head) override { head_ = head; }
  bool on_body(std::string_view chunk) override {
    if (head_.status != 200) refusal_ += chunk.substr(0, kMaxRefusal - refusal_.size());
    return true;
  }
  void on_done(Result<void> outcome) override;

  const Job& job() const { return job_; }
  const http::ResponseHead& head() const { return head_; }
  std::string_view refusal() const { return refusal_; }

 private:
  Batch& batch_;
  Job job_;
  http::ResponseHead head_;
  std::string refusal_;
};

class Batch {
 public:
  Batch(http::Transport& transport, const Clock& clock, const kube::Resource& resource,
        const ReadOptions& options)
      : transport_(transport), clock_(clock), resource_(resource), options_(options) {}

  ReadTally run(std::span<const kube::ObjectName> names) {
    for (const kube::ObjectName& name : names) waiting_.push_back({&name});
    while (!flying_.empty() || (!waiting_.empty() && tally_.lost.empty())) {
      start_reads();
      transport_.run_once(next_event());
    }
    return std::move(tally_);
  }

  // A read is over; destroys `read`.
  void finish(Read& read, const Result<void>& outcome) {
    const auto owner = flying_.extract(&read);
    if (!outcome)
      tally_.lost = outcome.error().message;
    else if (asks_to_wait(read.head().status) && read.job().attempt < kMaxAttempts)
      again_later(read);
    else
      settle(read);
  }

 private:
  void start_reads() {
    while (!waiting_.empty() && tally_.lost.empty() && flying_.size() < options_.in_flight &&
           clock_.now() >= hold_until_) {
      auto read = std::make_unique<Read>(*this, waiting_.front());
      waiting_.pop_front();
      http::Request request =
          kube::get_request(resource_, *read->job().object, kube::View::metadata);
      request.timeout = kReadTimeout;
      Read& receiver = *read;
      flying_.emplace(&receiver, std::move(read));
      transport_.start(std::move(request), receiver);
    }
  }

  TimePoint next_event() const {
    const TimePoint turn = clock_.now() + kTurn;
    return hold_until_ > clock_.now() ? std::min(hold_until_, turn) : turn;
  }

  void again_later(const Read& read) {
    int seconds = kMinPauseSeconds;
    if (const auto header = read.head().header("retry-after"))
      std::from_chars(header->data(), header->data() + header->size(), seconds);
    seconds = std::clamp(seconds, kMinPauseSeconds, kMaxPauseSeconds);
    hold_until_ = std::max(hold_until_, clock_.now() + std::chrono::seconds(seconds));
    waiting_.push_back({read.job().object, read.job().attempt + 1});
  }

  void settle(const Read& read) {
    const int status = read.head().status;
    if (status == 200)
      ++tally_.read;
    else if (status == 404)
      ++tally_.gone;
    else
      note_failure(read);
    if (options_.progress) options_.progress(tally_.read + tally_.gone + tally_.failed);
  }

  void note_failure(const Read& read) {
    ++tally_.failed;
    if (tally_.failures.size() >= kMaxNamedFailures) return;
    const Error error = kube::to_error(kube::parse_status(read.head().status, read.refusal()));
    tally_.failures.push_back(
        fmt::format("{}: {}", kube::display_name(*read.job().object), error.message));
  }

  http::Transport& transport_;
  const Clock& clock_;
  const kube::Resource& resource_;
  const ReadOptions& options_;
  std::deque<Job> waiting_;
  std::unordered_map<const Read*, std::unique_ptr<Read>> flying_;
  TimePoint hold_until_{};
  ReadTally tally_;
};

void Read::on_done(Result<void> outcome) { batch_.finish(*this, outcome); }

}  // namespace

ReadTally read_objects(http::Transport& transport, const Clock& clock, const kube::Resource& resource,
                       std::span<const kube::ObjectName> names, const ReadOptions& options) {
  return Batch(transport, clock, resource, options).run(names);
}

void wait_until(http::Transport& transport, const Clock& clock, TimePoint until) {
  while (clock.now() < until) transport.run_once(until);
}

}  // namespace kencrypt::census
