#include "rewrite/rewriter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "http/retry.h"
#include "rewrite/flights.h"

namespace kencrypt::rewrite {
namespace {

constexpr std::size_t kPagesAtOnce = 2;  // one being written, the next on its way
// The longest the loop waits without looking at Ctrl-C and the progress line.
constexpr Duration kTurn = std::chrono::milliseconds(100);
// Objects that wait to be sent again, before no new ones are started: when everything fails there is no
// use in trying more.
constexpr std::size_t kMaxWaiting = 256;
// After the first Ctrl-C: how long replies to what was already sent are waited for.
constexpr Duration kDrain = std::chrono::seconds(10);

struct Waiting {
  std::unique_ptr<RunningTask> task;
  TimePoint until;
};

class Rewriter final : public FlightListener {
 public:
  Rewriter(const Options& options, const Surroundings& surroundings)
      : options_(options),
        around_(surroundings),
        window_(options.max_in_flight),
        source_(options.resource, options.selection, options.limits),
        random_(options.seed),
        started_(surroundings.clock.now()),
        last_answer_(started_) {
    if (!options.names.empty()) report_.total = options.names.size();
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
  void start_waiting();
  bool start_next();
  void start_page();
  void give_up_if_away();
  TimePoint next_wakeup() const;
  void send(std::unique_ptr<RunningTask> task);
  void hold_back(std::unique_ptr<RunningTask> task, const Step& step);
  void finish(RunningTask& task, const Step& step);
  void release_page(Page* page);
  void stop(Error error);
  bool names_only() const { return !options_.names.empty(); }
  bool stopping() const { return report_.interrupted || report_.stopped.has_value(); }
  TimePoint now() const { return around_.clock.now(); }
  Progress progress() const;

  const Options& options_;
  const Surroundings& around_;
  Report report_;
  Window window_;
  PageSource source_;
  std::list<std::unique_ptr<Page>> pages_;  // oldest first
  std::size_t next_name_ = 0;
  std::vector<Waiting> waiting_;
  Flights flights_{around_.transport, *this};
  std::minstd_rand random_;
  TimePoint started_;
  TimePoint last_answer_;  // when the server last did what it was asked
  std::string last_trouble_;
  std::optional<TimePoint> page_wakeup_;
  std::optional<TimePoint> drain_until_;
};

Report Rewriter::run() {
  while (!finished()) {
    look_at_interrupts();
    start_objects();
    start_page();
    around_.transport.run_once(next_wakeup());
    give_up_if_away();
    if (around_.on_progress) around_.on_progress(progress());
  }
  flights_.cancel_all();
  report_.duration = now() - started_;
  return std::move(report_);
}

bool Rewriter::finished() const {
  if (drain_until_ && now() >= *drain_until_) return true;
  if (flights_.objects() > 0) return false;
  if (stopping()) return true;
  const bool all_listed =
      names_only() ? next_name_ == options_.names.size() : source_.state() == PageSource::State::ended;
  return all_listed && pages_.empty() && waiting_.empty();
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
  while (waiting_.size() < kMaxWaiting && window_.has_room(flights_.objects(), now()) && start_next()) {
  }
}

// What waited long enough goes before new objects.
void Rewriter::start_waiting() {
  for (std::size_t i = 0; i < waiting_.size();) {
    if (!window_.has_room(flights_.objects(), now())) return;
    if (waiting_[i].until > now()) {
      ++i;
      continue;
    }
    send(std::move(waiting_[i].task));
    waiting_[i] = std::move(waiting_.back());
    waiting_.pop_back();
  }
}

bool Rewriter::start_next() {
  if (names_only()) {
    if (next_name_ == options_.names.size()) return false;
    send(std::make_unique<RunningTask>(
        ObjectTask(options_.resource, Work{options_.names[next_name_++], "", {}}, options_.dry_run),
        nullptr));
    return true;
  }
  for (const auto& page : pages_) {
    if (page->next == page->items.size()) continue;
    const kube::PageItem& item = page->items[page->next++];
    send(std::make_unique<RunningTask>(
        ObjectTask(options_.resource, Work{item.object, item.resource_version, item.bytes},
                   options_.dry_run),
        page.get()));
    return true;
  }
  return false;
}

void Rewriter::start_page() {
  if (names_only() || stopping() || pages_.size() >= kPagesAtOnce) return;
  if (source_.state() == PageSource::State::waiting && page_wakeup_ && now() >= *page_wakeup_)
    source_.ready_again();
  if (source_.state() == PageSource::State::ready)
    flights_.start_page(source_.request(), source_.byte_limit());
}

TimePoint Rewriter::next_wakeup() const {
  TimePoint wakeup = now() + kTurn;
  if (window_.hold_until() > now()) wakeup = std::min(wakeup, window_.hold_until());
  for (const Waiting& waiting : waiting_)
    if (waiting.until > now()) wakeup = std::min(wakeup, waiting.until);
  if (page_wakeup_ && *page_wakeup_ > now()) wakeup = std::min(wakeup, *page_wakeup_);
  return wakeup;
}

void Rewriter::give_up_if_away() {
  if (stopping() || now() - last_answer_ <= options_.max_outage) return;
  stop({ErrorKind::unavailable,
        fmt::format("the server has not done anything for {} ({}); run the same command again when it "
                    "is back",
                    format_duration(options_.max_outage), last_trouble_)});
}

void Rewriter::send(std::unique_ptr<RunningTask> task) { flights_.start_object(std::move(task)); }

void Rewriter::on_page(Result<http::ResponseHead> head, SecretBytes body, bool overflow) {
  std::unique_ptr<Page> page;
  if (overflow)
    source_.on_overflow();
  else if (head)
    page = source_.on_reply(*head, std::move(body));
  else
    source_.on_lost(head.error());
  page_wakeup_.reset();
  if (page) {
    last_answer_ = now();
    report_.total = source_.listed();
    if (!page->items.empty()) pages_.push_back(std::move(page));
  } else if (source_.state() == PageSource::State::waiting) {
    ++report_.waits;
    last_trouble_ = source_.error().message;
    page_wakeup_ = now() + source_.wait();
  } else if (source_.state() == PageSource::State::failed) {
    stop(source_.error());
  }
}

void Rewriter::on_object(std::unique_ptr<RunningTask> task, Result<http::ResponseHead> head,
                         const SecretBytes& body) {
  const Step step = head ? task->state.on_reply(*head, body.view()) : task->state.on_lost(head.error());
  report_.conflicts_retried += step.conflict ? 1 : 0;
  if (step.next == Step::Next::wait) return hold_back(std::move(task), step);
  if (step.next == Step::Next::stop_run) return stop(*step.error);
  if (head && !http::asks_to_wait(*head)) {
    last_answer_ = now();
    window_.on_success();
  }
  if (step.next == Step::Next::finished) return finish(*task, step);
  release_page(task->state.needs_page() ? nullptr : std::exchange(task->page, nullptr));
  send(std::move(task));
}

void Rewriter::hold_back(std::unique_ptr<RunningTask> task, const Step& step) {
  ++report_.waits;
  last_trouble_ = step.message;
  const auto jitter = static_cast<std::uint32_t>(random_());
  const Duration delay = std::max(step.delay, http::backoff(task->state.repetitions(), jitter));
  // The whole window waits as the server asked; this object a little longer, so that not all of them
  // return in the same moment.
  window_.on_trouble(now(), std::max<Duration>(step.delay, std::chrono::milliseconds(50)));
  waiting_.push_back({std::move(task), now() + delay});
}

void Rewriter::finish(RunningTask& task, const Step& step) {
  switch (step.outcome) {
    case Outcome::rewritten: ++report_.rewritten; break;
    case Outcome::unchanged: ++report_.unchanged; break;
    case Outcome::gone: ++report_.gone; break;
    case Outcome::failed:
      ++report_.failed;
      if (report_.failures.size() < kMaxFailuresNamed)
        report_.failures.push_back({task.state.object(), step.reason, step.message});
  }
  release_page(task.page);
}

void Rewriter::release_page(Page* page) {
  if (page == nullptr || --page->unfinished > 0) return;
  pages_.remove_if([page](const auto& held) { return held.get() == page; });
}

void Rewriter::stop(Error error) {
  if (!report_.stopped) report_.stopped = std::move(error);
  if (!drain_until_) drain_until_ = now() + kDrain;
}

Progress Rewriter::progress() const {
  Progress progress;
  progress.done = report_.done();
  progress.expected = names_only() ? std::optional(report_.total) : source_.expected();
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
