#include "census/census_run.h"

#include <algorithm>
#include <utility>

#include "census/group_plan.h"
#include "census/measurement.h"

namespace kencrypt::census {
namespace {

Result<void> add_all(NameTable& names, const std::vector<kube::ObjectName>& page) {
  for (const kube::ObjectName& name : page) TRY(names.add(name));
  return {};
}

Result<NameTable> read_names(http::Transport& transport, const CensusOptions& options) {
  NameTable names;
  TRY(kube::each_name(transport, options.probe.resource, options.selection,
                      [&names](const std::vector<kube::ObjectName>& page) -> Result<void> {
                        return add_all(names, page);
                      }));
  names.sort();
  return names;
}

// Whether only noise may be what keeps a window from being uniform, so that another one may be.
bool may_be_noise(const WindowResult& window) {
  if (window.remedy != Remedy::repeat) return false;
  return std::count_if(window.keys.begin(), window.keys.end(),
                       [](const coverage::KeyBounds& key) { return key.min > 0; }) <= 1;
}

class Census {
 public:
  Census(http::Transport& transport, const Clock& clock, const CensusOptions& options,
         const NameTable& names)
      : options_(options), names_(names), probe_(transport, clock, options.probe) {}

  void run(CensusResult& result) {
    NameRange rest(names_);
    std::size_t namespaces = rest.count_namespaces();
    while (!rest.empty()) {
      const std::size_t settled = count_next(rest, namespaces);
      for (std::size_t i = 0; i < settled; ++i)
        rest = rest.without_first(rest.first_namespace().size());
      namespaces -= settled;
    }
    if (probe_.spread()) withdraw();
    result.namespaces = std::move(counts_);
    result.evidence = probe_.evidence();
    result.page = probe_.page();
    result.metrics_error = probe_.metrics_error();
    result.spread = probe_.spread();
  }

 private:
  std::size_t count_next(NameRange rest, std::size_t namespaces);
  bool count_group(NameRange group, std::size_t namespaces);
  // What exists of it is under one key.
  void count_uniform(NameRange group, const Probed& probed);
  void count_namespace(NameRange names);
  Measurement measure_namespace(NameRange names);
  Measurement measure(NameRange names, std::size_t& scrapes);
  Measurement measure_whole(NameRange names, std::size_t& scrapes);
  Measurement measure_halves(NameRange names, std::size_t& scrapes);
  Probed take(NameRange names);
  void settle(std::string_view name_space, const Measurement& measurement);
  void withdraw();

  const CensusOptions& options_;
  const NameTable& names_;
  Probe probe_;
  GroupPlan plan_;
  std::vector<coverage::NamespaceCount> counts_;
  std::uint64_t done_ = 0;      // names of namespaces and windows that are settled
  std::uint64_t reported_ = 0;  // the most that progress has heard of
};

// As many of the next `most` namespaces as fit into one window; how many is added to `namespaces`.
NameRange next_group(NameRange rest, std::size_t most, std::size_t limit, std::size_t& namespaces) {
  std::size_t size = 0;
  while (namespaces < most && size < rest.size()) {
    const std::size_t more = rest.without_first(size).first_namespace().size();
    if (size + more > limit) break;
    size += more;
    ++namespaces;
  }
  return rest.first(size);
}

// Counts at least one of the `namespaces` next; returns how many.
std::size_t Census::count_next(NameRange rest, std::size_t namespaces) {
  for (;;) {
    std::size_t in_group = 0;
    const NameRange group =
        next_group(rest, plan_.next(namespaces), probe_.window_limit(), in_group);
    if (in_group <= 1 || probe_.hopeless()) {
      count_namespace(rest.first_namespace());
      return 1;
    }
    if (count_group(group, in_group)) return in_group;
  }
}

// Counts several namespaces by one window; false, and nothing is counted, if that does not tell
// them all.
bool Census::count_group(NameRange group, std::size_t namespaces) {
  Attempts attempts(kGroupAttempts);
  while (!probe_.hopeless()) {
    const Probed probed = take(group);
    if (is_uniform(probed.window)) {
      count_uniform(group, probed);
      plan_.on_uniform(namespaces);
      return true;
    }
    if (probed.reconnected && group.size() > probe_.window_limit())
      return false;  // take a smaller one
    if (!may_be_noise(probed.window) || !attempts.another(probed)) break;
  }
  plan_.on_mixed(namespaces);
  return false;
}

void Census::count_uniform(NameRange group, const Probed& probed) {
  std::size_t begin = 0;
  while (!group.empty()) {
    const NameRange one = group.first_namespace();
    const std::size_t end = begin + one.size();
    settle(one.name_space(0), part_of_window(probed.window, probed.tally, begin, end));
    begin = end;
    group = group.without_first(one.size());
  }
  done_ += begin;
}

void Census::count_namespace(NameRange names) {
  const Measurement measurement = measure_namespace(names);
  settle(names.name_space(0), measurement);
  const bool odd = !measurement.exact || measurement.keys.size() > 1 || plan_.is_last_suspect();
  odd ? plan_.on_odd() : plan_.on_uniform(1);
}

Measurement Census::measure_namespace(NameRange names) {
  Measurement sum;
  sum.exact = true;
  std::size_t cut_short = 0;
  while (!names.empty()) {
    const NameRange window = names.first(std::min(names.size(), probe_.window_limit()));
    std::size_t scrapes = kExtraScrapes + 1;
    Measurement one = measure(window, scrapes);
    // The connection did not last, and the windows are smaller now.
    const bool nothing = one.unmeasured == one.total && !one.exact;
    if (nothing && window.size() > probe_.window_limit() && ++cut_short <= kExtraScrapes) continue;
    sum = merge(std::move(sum), one);
    done_ += window.size();
    names = names.without_first(window.size());
  }
  return sum;
}

// `scrapes`: how many more may be spent; counted down.
Measurement Census::measure(NameRange names, std::size_t& scrapes) {
  Measurement whole = measure_whole(names, scrapes);
  const bool too_long = names.size() > probe_.window_limit();
  if (whole.exact || whole.remedy == Remedy::none || names.size() < 2 || scrapes < 2 || too_long)
    return whole;
  return better(std::move(whole), measure_halves(names, scrapes));
}

Measurement Census::measure_whole(NameRange names, std::size_t& scrapes) {
  Measurement best = unmeasured(names.size(), "");
  Attempts attempts(kWindowAttempts);
  for (bool first = true; scrapes > 0; first = false) {
    if (auto reason = probe_.hopeless())
      return first ? unmeasured(names.size(), *std::move(reason)) : best;
    const Probed probed = take(names);
    Measurement one = probed.measurement();
    --scrapes;
    best = first ? std::move(one) : better(std::move(one), std::move(best));
    if (best.exact || probed.window.remedy != Remedy::repeat || !attempts.another(probed)) break;
    if (probed.reconnected && names.size() > probe_.window_limit()) break;
  }
  return best;
}

Measurement Census::measure_halves(NameRange names, std::size_t& scrapes) {
  const std::size_t middle = names.size() / 2;
  std::size_t share = scrapes / 2;
  scrapes -= share;
  Measurement first = measure(names.first(middle), share);
  scrapes += share;  // what the first half did not need
  return merge(std::move(first), measure(names.without_first(middle), scrapes));
}

Probed Census::take(NameRange names) {
  return probe_.take(names, [this](std::uint64_t read) {
    reported_ = std::max(reported_, done_ + read);
    if (options_.progress) options_.progress(reported_, names_.size());
  });
}

void Census::settle(std::string_view name_space, const Measurement& measurement) {
  counts_.push_back(to_count(std::string(name_space), measurement));
  counts_.back().resource = options_.probe.resource.group_resource();
}

// If reads may have reached other servers, what looked exact before may have been chance.
void Census::withdraw() {
  std::vector<coverage::NamespaceCount> counted = std::move(counts_);
  counts_.clear();
  const std::string reason = probe_.hopeless().value_or("");
  for (const coverage::NamespaceCount& count : counted)
    settle(count.name_space, unmeasured(count.total, reason));
}

}  // namespace

Result<CensusResult> run_census(http::Transport& transport, const Clock& clock,
                                const CensusOptions& options) {
  CensusResult result;
  TRY_ASSIGN(result.names, read_names(transport, options));
  Census(transport, clock, options, result.names).run(result);
  return result;
}

}  // namespace kencrypt::census
