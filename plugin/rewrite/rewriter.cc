#include "rewrite/rewriter.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/text.h"
#include "http/retry.h"
#include "kube/api_status.h"
#include "pacing/pace.h"
#include "pacing/window.h"
#include "rewrite/flights.h"
#include "rewrite/held_bytes.h"
#include "rewrite/ledger.h"
#include "rewrite/waiting_room.h"
#include "rewrite/work_source.h"

namespace kencrypt::rewrite {
namespace {

// The longest the loop waits without looking at Ctrl-C and the progress line.
constexpr Duration kTurn = std::chrono::milliseconds(100);
// After the first Ctrl-C: how long replies to what was already sent are waited for.
constexpr Duration kDrain = std::chrono::seconds(10);
// A server that was away may have been started again; it has read its roles long before this.
constexpr Duration kStarting = std::chrono::seconds(30);
// However short a server asks to wait, everything holds back this long.
constexpr Duration kShortestHold = std::chrono::milliseconds(50);
// What an object read by name is charged until its size is known.
constexpr std::size_t kUnknownObject = 1U << 20;
// A checkpoint is saved each time that this part of the window has finished.
constexpr std::size_t kSaveParts = 8;
constexpr Duration kSaveAtLeast = std::chrono::seconds(1);

class Rewriter final : public FlightListener {
 public:
  Rewriter(const Options& options, const Surroundings& surroundings)
      : options_(options),
        around_(surroundings),
        window_(options.max_in_flight),
        source_(options.targets, options.strategy, options.limits, options.resume),
        ledger_(options.resume),
        saving_(surroundings.checkpoints != nullptr),
        held_(options.content_bytes),
        requests_(options.max_requests_per_second),
        bytes_(options.max_bytes_per_second),
        random_(options.seed),
        started_(surroundings.clock.now()),
        last_answer_(started_),
        last_save_(started_) {
    if (options.resume) report_.resumed = options.resume->finished;
  }

  Report run();

 private:
  // FlightListener
  void on_page(Result<http::ResponseHead> head, SecretBytes body, bool overflow) override;
  void on_object(std::unique_ptr<RunningTask> task, Result<http::ResponseHead> head,
                 const SecretBytes& body) override;

  bool finished() const;
  void look_at_interrupts();
  void start_objects();
  bool may_start() const;
  void start_waiting();
  void start_next();
  void start_page();
  void save_progress();
  void give_up_if_away();
  TimePoint next_wakeup() const;
  void send(std::unique_ptr<RunningTask> task);
  void charge(RunningTask& task, std::size_t bytes);
  void hold_back(std::unique_ptr<RunningTask> task, const Step& step);
  void note_trouble(const std::string& message, pacing::Trouble trouble);
  void finish(RunningTask& task, const Step& step);
  void fail_object(const RunningTask& task, const Step& step);
  void fail_target(Unlisted failed);
  void stop(Error error);
  bool stopping() const { return report_.interrupted || report_.stopped.has_value(); }
  void doubt_refusal(const http::ResponseHead& head, std::string_view body);
  bool server_is_starting() const;
  TimePoint now() const { return around_.clock.now(); }
  Progress progress() const;

  const Options& options_;
  const Surroundings& around_;
  Report report_;
  pacing::Window window_;
  WorkSource source_;
  Ledger ledger_;
  bool saving_;
  HeldBytes held_;
  pacing::Pace requests_;
  pacing::Pace bytes_;
  WaitingRoom waiting_;
  Flights flights_{around_.transport, *this};
  std::minstd_rand random_;
  std::size_t largest_read_ = 0;
  TimePoint started_;
  TimePoint last_answer_;  // when the server last did what it was asked
  TimePoint last_save_;
  std::optional<TimePoint> last_away_;
  bool doubted_ = false;  // a refusal, and it has not turned out to be wrong
  std::string last_trouble_;
  std::optional<TimePoint> drain_until_;
};

Report Rewriter::run() {
  while (!finished()) {
    look_at_interrupts();
    start_objects();
    start_page();
    around_.transport.run_once(next_wakeup());
    give_up_if_away();
    save_progress();
    if (around_.on_progress) around_.on_progress(progress());
  }
  flights_.cancel_all();
  report_.total = source_.total();
  report_.duration = now() - started_;
  report_.passes = {{report_.total, report_.rewritten, report_.unchanged, report_.gone, report_.failed}};
  if (saving_ && ledger_.worth_saving()) around_.checkpoints->save(ledger_.checkpoint());
  return std::move(report_);
}

bool Rewriter::finished() const {
  if (drain_until_ && now() >= *drain_until_) return true;
  if (flights_.objects() > 0) return false;
  if (stopping()) return true;
  return source_.ended() && waiting_.empty();
}

void Rewriter::look_at_interrupts() {
  const int presses = around_.interrupts.poll();
  if (presses == 0) return;
  report_.interrupted = true;
  if (!drain_until_) drain_until_ = now() + kDrain;
  if (presses > 1) drain_until_ = now();
}

void Rewriter::start_objects() {
  if (stopping()) return;
  start_waiting();
  while (may_start() && !waiting_.full() && source_.has_next() && held_.has_room()) start_next();
}

// With checkpoints, what is on its way and what has finished since the last one together fill the window:
// that is what a run that dies makes the next one repeat.
bool Rewriter::may_start() const {
  const std::size_t unsaved = saving_ && ledger_.worth_saving() ? ledger_.unsaved() : 0;
  return window_.has_room(flights_.objects(), now()) && requests_.ready(now()) && bytes_.ready(now()) &&
         flights_.objects() + unsaved < options_.max_in_flight;
}

// What waited long enough goes before new objects.
void Rewriter::start_waiting() {
  while (may_start()) {
    auto task = waiting_.take(now());
    if (!task) return;
    send(std::move(task));
  }
}

void Rewriter::start_next() {
  WorkSource::Item item = source_.next();
  ledger_.hand_out({item.work.target, item.work.object}, item.in_order);
  const kube::Resource& resource = options_.targets[item.work.target].resource;
  auto task = std::make_unique<RunningTask>(
      ObjectTask(resource, options_.strategy, std::move(item.work), options_.dry_run));
  const bool unknown = task->state.reading() && options_.strategy == Strategy::replace;
  charge(*task, unknown ? std::max(kUnknownObject, largest_read_) : task->state.bytes());
  send(std::move(task));
}

void Rewriter::charge(RunningTask& task, std::size_t bytes) {
  held_.remove(task.charged);
  held_.add(bytes);
  task.charged = bytes;
}

void Rewriter::start_page() {
  if (stopping() || flights_.page_under_way() || !source_.wants_page(now())) return;
  if (!requests_.ready(now()) || !bytes_.ready(now()) || now() < window_.hold_until()) return;
  requests_.spend(now(), 1);
  http::Request request = source_.ask_page();
  flights_.start_page(std::move(request), source_.page_byte_limit());
}

void Rewriter::send(std::unique_ptr<RunningTask> task) {
  requests_.spend(now(), 1);
  bytes_.spend(now(), static_cast<double>(task->state.bytes()));
  task->sent_at = now();
  flights_.start_object(std::move(task));
}

void Rewriter::save_progress() {
  if (!saving_ || !ledger_.worth_saving() || ledger_.unsaved() == 0) return;
  const std::size_t enough = std::max<std::size_t>(1, options_.max_in_flight / kSaveParts);
  if (ledger_.unsaved() < enough && now() - last_save_ < kSaveAtLeast) return;
  saving_ = around_.checkpoints->save(ledger_.checkpoint());
  ledger_.mark_saved();
  last_save_ = now();
}

TimePoint Rewriter::next_wakeup() const {
  const auto sooner = [this](TimePoint latest, TimePoint event) {
    return event > now() ? std::min(latest, event) : latest;
  };
  TimePoint wakeup = waiting_.next_due(now(), now() + kTurn);
  wakeup = sooner(wakeup, window_.hold_until());
  wakeup = sooner(wakeup, requests_.ready_at());
  wakeup = sooner(wakeup, bytes_.ready_at());
  return source_.page_due() ? sooner(wakeup, *source_.page_due()) : wakeup;
}

void Rewriter::give_up_if_away() {
  if (stopping() || now() - last_answer_ <= options_.max_outage) return;
  stop({ErrorKind::unavailable,
        fmt::format("the server has not done anything for {} ({}); run the same command again when it "
                    "is back",
                    format_duration(options_.max_outage), last_trouble_)});
}

// Behind a load balancer an API server is replaced by one that has just started, and nothing is lost on the way. So
// the first refusal after we were let in counts like a lost connection: once, until doubt has proved right.
void Rewriter::doubt_refusal(const http::ResponseHead& head, std::string_view body) {
  const bool let_in = report_.rewritten + report_.unchanged > 0;
  if (doubted_ || !let_in || head.status != 403) return;
  if (!kube::denies_right(kube::parse_status(head.status, body))) return;
  doubted_ = true;
  last_away_ = now();
}

// Only after it has done something for us: a right that was never there is not waited for.
bool Rewriter::server_is_starting() const {
  return last_away_ && now() - *last_away_ < kStarting && report_.rewritten + report_.unchanged > 0;
}

void Rewriter::on_page(Result<http::ResponseHead> head, SecretBytes body, bool overflow) {
  bytes_.spend(now(), static_cast<double>(body.size()));
  if (head && !overflow) doubt_refusal(*head, body.view());
  WorkSource::PageNews news;
  if (overflow)
    news = source_.on_overflow(now());
  else if (head)
    news = source_.on_reply(*head, std::move(body), server_is_starting(), now());
  else
    news = source_.on_lost(head.error(), now());
  if (news.arrived) last_answer_ = now();
  if (news.trouble) note_trouble(news.trouble->message, news.kind);
  if (news.failed) fail_target(*std::move(news.failed));
}

void Rewriter::on_object(std::unique_ptr<RunningTask> task, Result<http::ResponseHead> head,
                         const SecretBytes& body) {
  bytes_.spend(now(), static_cast<double>(body.size()));
  const bool was_reading = task->state.reading();
  if (head) doubt_refusal(*head, body.view());
  const Step step = head ? task->state.on_reply(*head, body.view(), server_is_starting())
                         : task->state.on_lost(head.error());
  report_.conflicts_retried += step.conflict ? 1 : 0;
  if (step.next == Step::Next::wait) return hold_back(std::move(task), step);
  if (step.next == Step::Next::stop_run) return stop(*step.error);
  if (head) {
    last_answer_ = now();
    window_.on_success(now(), now() - task->sent_at);
  }
  if (step.next == Step::Next::finished) return finish(*task, step);
  if (was_reading) {
    largest_read_ = std::max(largest_read_, task->state.bytes());
    charge(*task, task->state.bytes());
  }
  send(std::move(task));
}

void Rewriter::hold_back(std::unique_ptr<RunningTask> task, const Step& step) {
  note_trouble(step.message, step.trouble);
  task->refused = task->refused || step.trouble == pacing::Trouble::starting;
  const auto jitter = static_cast<std::uint32_t>(random_());
  const Duration delay = std::max(step.delay, http::backoff(task->state.repetitions(), jitter));
  // The whole window waits as the server asked; this object a little longer, so that not all of them
  // return in the same moment.
  window_.on_trouble(now(), std::max<Duration>(step.delay, kShortestHold), step.trouble);
  waiting_.add(std::move(task), now() + delay);
}

void Rewriter::note_trouble(const std::string& message, pacing::Trouble trouble) {
  ++report_.waits;
  last_trouble_ = message;
  if (trouble == pacing::Trouble::away) last_away_ = now();
}

void Rewriter::finish(RunningTask& task, const Step& step) {
  switch (step.outcome) {
    case Outcome::rewritten: ++report_.rewritten; break;
    case Outcome::unchanged: ++report_.unchanged; break;
    case Outcome::gone: ++report_.gone; break;
    case Outcome::failed: fail_object(task, step);
  }
  if (task.refused && step.outcome != Outcome::failed) doubted_ = false;
  charge(task, 0);
  ledger_.finish({task.state.target(), task.state.object()}, step.outcome, task.state.resource_version());
}

void Rewriter::fail_object(const RunningTask& task, const Step& step) {
  ++report_.failed;
  if (report_.failures.size() < kMaxFailuresNamed)
    report_.failures.push_back({task.state.target(), task.state.object(), step.reason, step.message});
  if (options_.max_failures && report_.failed > *options_.max_failures)
    stop({ErrorKind::server, fmt::format("more than {} objects failed (--max-failures); the last: {}",
                                         *options_.max_failures, step.message)});
}

// One resource that cannot be listed must not keep the others from being done, but for what concerns all.
void Rewriter::fail_target(Unlisted failed) {
  ledger_.lose_target();
  if (options_.targets.size() == 1 || failed.error.kind == ErrorKind::unauthenticated)
    return stop(std::move(failed.error));
  report_.unlisted.push_back(std::move(failed));
}

void Rewriter::stop(Error error) {
  if (!report_.stopped) report_.stopped = std::move(error);
  if (!drain_until_) drain_until_ = now() + kDrain;
}

Progress Rewriter::progress() const {
  Progress progress;
  progress.done = report_.done();
  progress.expected = source_.expected();
  progress.failed = report_.failed;
  progress.waits = report_.waits;
  progress.in_flight = flights_.objects();
  return progress;
}

}  // namespace

Report rewrite_all(const Options& options, const Surroundings& surroundings) {
  return Rewriter(options, surroundings).run();
}

}  // namespace kencrypt::rewrite
