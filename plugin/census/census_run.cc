#include "census/census_run.h"

#include <algorithm>
#include <span>
#include <utility>

#include "census/measurement.h"
#include "census/object_reads.h"
#include "census/scrape.h"
#include "census/window.h"

namespace kencrypt::census {
namespace {

using Names = std::span<const kube::ObjectName>;

// A server that just broke a connection or was too busy for /metrics is given a moment.
constexpr Duration kPause = std::chrono::seconds(1);

// Errors that may be over a second later.
bool may_pass(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unreachable:
    case ErrorKind::connection_lost:
    case ErrorKind::timeout:
    case ErrorKind::throttled:
    case ErrorKind::unavailable:
      return true;
    default:
      return false;
  }
}

// The names of the namespace that `names` begins with; they are sorted.
Names first_namespace(Names names) {
  const auto end = std::find_if(names.begin(), names.end(), [&names](const kube::ObjectName& one) {
    return one.name_space != names.front().name_space;
  });
  return names.first(static_cast<std::size_t>(end - names.begin()));
}

// The names of the next namespaces, at most `most` and as far as they fit into one window; empty if there
// are too few of them.
Names next_group(Names names, std::size_t most) {
  std::size_t size = 0;
  std::size_t namespaces = 0;
  for (; namespaces < most && size < names.size(); ++namespaces) {
    const std::size_t more = first_namespace(names.subspan(size)).size();
    if (size + more > kWindowObjects) break;
    size += more;
  }
  return namespaces < kSmallestGroup ? Names() : names.first(size);
}

// Whether all of `objects` objects exist and are, for sure, under one key.
bool is_uniform(const Measurement& group, std::size_t objects) {
  return group.exact && group.total == objects && group.unmeasured == 0 && group.keys.size() == 1 &&
         group.keys.front().shadowed == 0;
}

class Census {
 public:
  Census(http::Transport& transport, const Clock& clock, const CensusOptions& options,
         std::uint64_t total)
      : transport_(transport), clock_(clock), options_(options), total_(total) {}

  CensusResult run(Names names) {
    CensusResult result;
    before_ = scrape();
    while (!names.empty()) {
      Names group = next_group(names, group_size_);
      if (group.empty()) group = first_namespace(names);
      count_group(group, result.namespaces);
      names = names.subspan(group.size());
    }
    if (spread_) withdraw(result.namespaces);
    result.evidence = std::move(evidence_);
    result.metrics_error = std::move(error_);
    return result;
  }

 private:
  void count_group(Names names, std::vector<coverage::NamespaceCount>& counts);
  bool count_at_once(Names names, std::vector<coverage::NamespaceCount>& counts);
  coverage::NamespaceCount count_namespace(Names names);
  Measurement measure(Names names, std::size_t& scrapes);
  Measurement measure_whole(Names names, std::size_t& scrapes);
  Measurement measure_halves(Names names, std::size_t& scrapes);
  Measurement measure_once(Names names);
  ReadTally read(Names names);
  WindowResult close_window(const ReadTally& tally);
  std::optional<Scrape> scrape();
  void withdraw(std::vector<coverage::NamespaceCount>& counts) const;
  bool hopeless() const { return error_.has_value() || spread_; }

  http::Transport& transport_;
  const Clock& clock_;
  const CensusOptions& options_;
  std::uint64_t total_;          // of all names
  std::size_t group_size_ = kFirstGroup;
  std::uint64_t done_ = 0;       // names of namespaces and windows that are settled
  std::uint64_t reported_ = 0;   // the most that progress has heard of
  std::optional<Scrape> before_;  // the scrape that the next window begins with
  WriteEvidence evidence_;
  std::optional<Error> error_;
  bool spread_ = false;
  std::string spread_reason_;
};

void Census::count_group(Names names, std::vector<coverage::NamespaceCount>& counts) {
  const bool several = first_namespace(names).size() < names.size();
  if (several && count_at_once(names, counts)) return;
  for (; !names.empty(); names = names.subspan(first_namespace(names).size()))
    counts.push_back(count_namespace(first_namespace(names)));
}

// Counts several namespaces in one window; false, and nothing is counted, if that does not tell them all.
bool Census::count_at_once(Names names, std::vector<coverage::NamespaceCount>& counts) {
  const Measurement group = measure_once(names);
  if (!is_uniform(group, names.size())) {
    group_size_ = std::max(kSmallestGroup, group_size_ / 2);
    return false;
  }
  group_size_ = std::min(group_size_ * 2, kWindowObjects);
  done_ += names.size();
  for (; !names.empty(); names = names.subspan(first_namespace(names).size())) {
    const std::uint64_t objects = first_namespace(names).size();
    counts.push_back({names.front().name_space, objects, 0, true,
                      {{group.keys.front().under, objects, objects, 0}}, group.notes});
  }
  return true;
}

coverage::NamespaceCount Census::count_namespace(Names names) {
  std::string name_space = names.front().name_space;
  Measurement sum;
  sum.exact = true;
  while (!names.empty()) {
    const Names window = names.first(std::min(names.size(), kWindowObjects));
    std::size_t scrapes = kExtraScrapes + 1;
    sum = merge(std::move(sum), measure(window, scrapes));
    done_ += window.size();
    names = names.subspan(window.size());
  }
  return to_count(std::move(name_space), std::move(sum));
}

// `scrapes`: how many more may be spent; counted down.
Measurement Census::measure(Names names, std::size_t& scrapes) {
  Measurement whole = measure_whole(names, scrapes);
  if (whole.exact || whole.remedy == Remedy::none || names.size() < 2 || scrapes < 2) return whole;
  return better(std::move(whole), measure_halves(names, scrapes));
}

Measurement Census::measure_whole(Names names, std::size_t& scrapes) {
  Measurement best = unmeasured(names.size(), "");
  for (std::size_t attempt = 0; attempt < kWindowAttempts && scrapes > 0; ++attempt) {
    Measurement one = measure_once(names);
    --scrapes;
    const Remedy remedy = one.remedy;
    best = attempt == 0 ? std::move(one) : better(std::move(one), std::move(best));
    if (best.exact || remedy != Remedy::repeat) break;
  }
  return best;
}

Measurement Census::measure_halves(Names names, std::size_t& scrapes) {
  const std::size_t middle = names.size() / 2;
  std::size_t share = scrapes / 2;
  scrapes -= share;
  Measurement first = measure(names.first(middle), share);
  scrapes += share;  // what the first half did not need
  return merge(std::move(first), measure(names.subspan(middle), scrapes));
}

Measurement Census::measure_once(Names names) {
  if (spread_) return unmeasured(names.size(), spread_reason_);
  if (hopeless() || !before_) return unmeasured(names.size(), "the metrics could not be read");
  const ReadTally tally = read(names);
  return from_window(close_window(tally), tally, names.size());
}

ReadTally Census::read(Names names) {
  ReadOptions reads{std::max<std::size_t>(options_.in_flight, 1), {}};
  reads.progress = [this](std::uint64_t read) {
    reported_ = std::max(reported_, done_ + read);
    if (options_.progress) options_.progress(reported_, total_);
  };
  return read_objects(transport_, clock_, options_.resource, names, reads);
}

// Scrapes, and says what happened since the last scrape.
WindowResult Census::close_window(const ReadTally& tally) {
  if (!tally.lost.empty()) wait_until(transport_, clock_, clock_.now() + kPause);
  auto after = scrape();
  if (!after)
    return {.keys = {}, .reason = "the metrics could not be read"};
  WindowResult result;
  if (tally.lost.empty())
    result = measure_window({*before_, *after, tally.read, options_.resource, options_.config});
  else
    result = {.remedy = Remedy::repeat, .keys = {}, .reason = "a reply was lost: " + tally.lost};
  before_ = std::move(after);
  if (result.spread) {
    spread_ = true;
    spread_reason_ = result.reason;
  }
  return result;
}

std::optional<Scrape> Census::scrape() {
  for (std::size_t attempt = 1;; ++attempt) {
    auto one = scrape_metrics(transport_, clock_, options_.resource);
    if (one) {
      evidence_.add(*one);
      return *std::move(one);
    }
    if (attempt == kWindowAttempts || !may_pass(one.error().kind)) {
      error_ = std::move(one).error();
      return std::nullopt;
    }
    wait_until(transport_, clock_, clock_.now() + kPause);
  }
}

// If reads may have reached other servers, what looked exact before may have been chance.
void Census::withdraw(std::vector<coverage::NamespaceCount>& counts) const {
  for (coverage::NamespaceCount& count : counts)
    count = to_count(count.name_space, unmeasured(count.total, spread_reason_));
}

}  // namespace

Result<CensusResult> run_census(http::Transport& transport, const Clock& clock,
                                const CensusOptions& options) {
  TRY_ASSIGN(const auto names, kube::list_names(transport, options.resource, options.selection));
  return Census(transport, clock, options, names.size()).run(names);
}

}  // namespace kencrypt::census
