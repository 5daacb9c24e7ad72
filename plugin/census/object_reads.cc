#include "census/object_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "http/retry.h"
#include "kube/api_status.h"
#include "kube/request.h"

namespace kencrypt::census {
namespace {

constexpr Duration kReadTimeout = std::chrono::seconds(60);
// Bounds one turn of the loop.
constexpr Duration kTurn = std::chrono::seconds(1);
// An overloaded server asks for 1 to 32 s (k8s.io/apiserver pkg/server/filters/priority-and-fairness.go).
constexpr Duration kMinPause = std::chrono::seconds(1);
constexpr Duration kMaxPause = std::chrono::seconds(60);
// With the pauses above: some minutes of a server that does nothing but refuse.
constexpr int kMaxAttempts = 10;
// Of a refusal only the reason is wanted, which stands at the beginning of a Status that is longer.
constexpr std::size_t kMaxRefusal = 64U << 10;

struct Job {
  std::size_t index = 0;
  int attempt = 1;
};

// Fewer than http::asks_to_wait() has: that also waits for any other 5xx with a Retry-After, as a rewrite must, which
// may leave nothing out. Here each pause holds all reads back, and an object that is given up is reported as unknown.
bool is_overloaded(int status) { return status == 429 || status == 503 || status == 504; }

Duration pause_of(const http::ResponseHead& head) {
  return std::clamp(http::retry_after(head).value_or(kMinPause), kMinPause, kMaxPause);
}

}  // namespace

// One call of ObjectReader::read().
class ReadBatch {
 public:
  ReadBatch(ObjectReader& reader, const kube::Resource& resource, NameRange names,
            std::uint64_t connections, const std::function<void(std::uint64_t)>& progress);

  ReadTally run() {
    while (flying_ > 0 || (more() && tally_.whole())) {
      start_reads();
      reader_.transport_.run_once(next_event());
      if (reader_.transport_.connections_opened() != connections_) tally_.reconnected = true;
    }
    return std::move(tally_);
  }

 private:
  class Read;

  bool more() const { return next_ < names_.size() || !again_.empty(); }
  TimePoint now() const { return reader_.clock_.now(); }

  bool may_start() const {
    return more() && tally_.whole() && reader_.window_.has_room(flying_, now()) &&
           reader_.pace_.ready(now());
  }
  void start_reads();
  Job next_job() {
    if (again_.empty()) return {next_++, 1};
    const Job job = again_.front();
    again_.pop_front();
    return job;
  }

  // When something is to be done though no reply comes.
  TimePoint next_event() const {
    TimePoint next = now() + kTurn;
    for (const TimePoint ready : {reader_.window_.hold_until(), reader_.pace_.ready_at()})
      if (ready > now()) next = std::min(next, ready);
    return next;
  }

  void finish(Read& read, const Result<void>& outcome);
  void settle(const Read& read);
  void note_failure(const Read& read);
  void again_later(const Read& read);

  ObjectReader& reader_;
  const kube::Resource& resource_;
  NameRange names_;
  std::uint64_t connections_;
  const std::function<void(std::uint64_t)>& progress_;
  std::size_t next_ = 0;  // the first that was not yet asked for
  std::deque<Job> again_;
  std::vector<std::unique_ptr<Read>> reads_;  // as many as were ever under way at once
  std::vector<Read*> idle_;
  std::size_t flying_ = 0;
  ReadTally tally_;
};

// One GET under way; used again for the next.
class ReadBatch::Read final : public http::Receiver {
 public:
  explicit Read(ReadBatch& batch) : batch_(batch) {}
  void begin(Job job, TimePoint now) {
    job_ = job;
    sent_at_ = now;
    head_ = {};
    refusal_.clear();
  }
  void on_head(const http::ResponseHead& head) override { head_ = head; }
  bool on_body(std::string_view chunk) override {
    if (head_.status != 200) refusal_ += chunk.substr(0, kMaxRefusal - refusal_.size());
    return true;
  }
  void on_done(Result<void> outcome) override { batch_.finish(*this, outcome); }

  const Job& job() const { return job_; }
  TimePoint sent_at() const { return sent_at_; }
  const http::ResponseHead& head() const { return head_; }
  std::string_view refusal() const { return refusal_; }

 private:
  ReadBatch& batch_;
  Job job_;
  TimePoint sent_at_{};
  http::ResponseHead head_;
  std::string refusal_;
};

ReadBatch::ReadBatch(ObjectReader& reader, const kube::Resource& resource, NameRange names,
                     std::uint64_t connections,
                     const std::function<void(std::uint64_t)>& progress)
    : reader_(reader),
      resource_(resource),
      names_(names),
      connections_(connections),
      progress_(progress) {
  tally_.outcomes.assign(names.size(), Outcome::none);
}

void ReadBatch::start_reads() {
  while (may_start()) {
    if (idle_.empty()) idle_.push_back(reads_.emplace_back(std::make_unique<Read>(*this)).get());
    Read& read = *idle_.back();
    idle_.pop_back();
    read.begin(next_job(), now());
    ++flying_;
    reader_.pace_.spend(now(), 1);
    http::Request request =
        kube::get_request(resource_, names_.object(read.job().index), kube::View::metadata);
    request.timeout = kReadTimeout;
    reader_.transport_.start(std::move(request), read);
  }
}

void ReadBatch::finish(Read& read, const Result<void>& outcome) {
  --flying_;
  idle_.push_back(&read);
  if (!outcome)
    tally_.lost = outcome.error().message;
  else if (is_overloaded(read.head().status) && read.job().attempt < kMaxAttempts)
    again_later(read);
  else
    settle(read);
}

void ReadBatch::again_later(const Read& read) {
  const auto trouble = read.head().status == 503 ? pacing::Trouble::away : pacing::Trouble::busy;
  reader_.window_.on_trouble(now(), pause_of(read.head()), trouble);
  again_.push_back({read.job().index, read.job().attempt + 1});
}

void ReadBatch::settle(const Read& read) {
  const int status = read.head().status;
  Outcome& outcome = tally_.outcomes[read.job().index];
  outcome = status == 200 ? Outcome::read : status == 404 ? Outcome::gone : Outcome::failed;
  if (outcome == Outcome::read) ++tally_.read;
  if (outcome == Outcome::gone) ++tally_.gone;
  if (outcome == Outcome::failed) note_failure(read);
  if (!is_overloaded(status)) reader_.window_.on_success(now(), now() - read.sent_at());
  if (progress_) progress_(tally_.read + tally_.gone + tally_.failed);
}

void ReadBatch::note_failure(const Read& read) {
  ++tally_.failed;
  if (tally_.failures.size() >= kMaxNamedFailures) return;
  const Error error = kube::to_error(kube::parse_status(read.head().status, read.refusal()));
  const std::size_t index = read.job().index;
  tally_.failures.push_back(
      {index, fmt::format("{}: {}", kube::display_name(names_.object(index)), error.message)});
}

ObjectReader::ObjectReader(http::Transport& transport, const Clock& clock, const ReadLimits& limits)
    : transport_(transport),
      clock_(clock),
      window_(std::max<std::size_t>(limits.in_flight, 1)),
      pace_(limits.per_second) {}

ReadTally ObjectReader::read(const kube::Resource& resource, NameRange names,
                             std::uint64_t connections,
                             const std::function<void(std::uint64_t)>& progress) {
  return ReadBatch(*this, resource, names, connections, progress).run();
}

void ObjectReader::wait_for_turn() {
  wait_until(transport_, clock_, pace_.ready_at());
  pace_.spend(clock_.now(), 1);
}

void wait_until(http::Transport& transport, const Clock& clock, TimePoint until) {
  while (clock.now() < until) transport.run_once(until);
}

}  // namespace kencrypt::census
