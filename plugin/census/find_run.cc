#include "census/find_run.h"

#include <algorithm>
#include <utility>

#include "census/set_verdict.h"

namespace kencrypt::census {
namespace {

using coverage::Class;
using coverage::KeyBounds;

class Search {
 public:
  Search(http::Transport& transport, const Clock& clock, const FindOptions& options)
      : transport_(transport), clock_(clock), options_(options) {}

  FindResult run(const CensusResult& census) {
    NameRange rest(census.names);
    for (const coverage::NamespaceCount& count : census.namespaces) {
      const NameRange names = rest.first_namespace();
      rest = rest.without_first(names.size());
      const bool unmeasurable = census.spread || census.metrics_error;
      if (unmeasurable && count.unmeasured == count.total)
        unreachable(names);
      else
        search_namespace(names, count);
    }
    return std::move(result_);
  }

 private:
  // What is known of a set after looking at it.
  struct Look {
    SetVerdict verdict;
    Probed probed;
  };

  void search_namespace(NameRange names, const coverage::NamespaceCount& count);
  bool may_hold(const coverage::NamespaceCount& count) const;
  std::optional<std::uint64_t> search(NameRange names);
  std::optional<std::uint64_t> split(NameRange names, const Look& look);
  std::optional<std::uint64_t> settle(NameRange names, const Look& look);
  std::optional<std::uint64_t> leave_undecided(NameRange names);
  Look look_at(NameRange names);
  void unreachable(NameRange names);
  bool stopped();
  Probe& probe() {
    if (!probe_) probe_.emplace(transport_, clock_, options_.probe);
    return *probe_;
  }
  void add(const kube::ObjectName& name, std::optional<encryption::StoredUnder> under);
  void add_all(NameRange names, const encryption::StoredUnder& under) {
    for (std::size_t i = 0; i < names.size() && !result_.capped; ++i) add(names.object(i), under);
  }

  http::Transport& transport_;
  const Clock& clock_;
  const FindOptions& options_;
  std::optional<Probe> probe_;  // made when a window is wanted
  std::size_t windows_ = 0;
  FindResult result_;
};

void Search::add(const kube::ObjectName& name, std::optional<encryption::StoredUnder> under) {
  if (result_.objects.size() >= options_.limit) {
    result_.capped = true;
    return;
  }
  result_.objects.push_back({options_.probe.resource.group_resource(), name, std::move(under)});
}

bool Search::stopped() {
  if (windows_ >= kMaxFindWindows) result_.capped = true;
  return result_.capped;
}

// Nothing can be measured: then all that the search for unknown ones can say is that they are.
void Search::unreachable(NameRange names) {
  if (options_.wanted != Class::unknown) {
    result_.undecided += names.size();
    return;
  }
  for (std::size_t i = 0; i < names.size() && !result_.capped; ++i)
    add(names.object(i), std::nullopt);
}

bool Search::may_hold(const coverage::NamespaceCount& count) const {
  if (count.unmeasured > 0) return true;
  if (options_.wanted == Class::unknown)
    return coverage::classify(count, {options_.write, ""}).unknown > 0;
  return std::any_of(count.keys.begin(), count.keys.end(), [&](const KeyBounds& key) {
    return coverage::class_of(key.under, options_.write) == options_.wanted;
  });
}

void Search::search_namespace(NameRange names, const coverage::NamespaceCount& count) {
  if (result_.capped || !may_hold(count)) return;
  const bool uniform = count.exact && count.total == names.size() && count.keys.size() == 1 &&
                       count.keys.front().shadowed == 0;
  if (uniform)
    add_all(names, count.keys.front().under);  // may_hold() has found it to be of the class
  else
    search(names);
}

// Names those of the class; returns how many there are, if that is certain.
std::optional<std::uint64_t> Search::search(NameRange names) {
  if (stopped()) return std::nullopt;
  if (probe().hopeless()) {
    unreachable(names);
    return std::nullopt;
  }
  if (names.size() > probe().window_limit()) return split(names, {});
  const Look look = look_at(names);
  if (look.verdict.verdict == Verdict::none || look.verdict.verdict == Verdict::all)
    return settle(names, look);
  return names.size() > 1 ? split(names, look) : leave_undecided(names);
}

Search::Look Search::look_at(NameRange names) {
  Attempts attempts(names.size() == 1 ? kObjectAttempts : kGroupAttempts);
  std::vector<KeyBounds> possible;
  for (;;) {
    ++windows_;
    Look look{{}, probe().take(names, {})};
    if (options_.progress) options_.progress();
    const WindowResult& window = look.probed.window;
    std::vector<KeyBounds> cells = window.keys;
    const bool one_object = names.size() == 1 && look.probed.tally.read == 1;
    if (one_object && window.claim != Claim::none) {
      if (!possible.empty()) possible = intersect(possible, cells);
      if (possible.empty()) possible = cells;  // the first, or it was written anew in between
      cells = possible;
    }
    look.verdict = judge_set(window, cells, names.size() == 1, options_.wanted, options_.write);
    const bool more = look.verdict.verdict == Verdict::unsure && !probe().hopeless();
    if (!more || !attempts.another(look.probed) || stopped()) return look;
  }
}

// Of what was read all or none is of the class; what could not be read is unknown.
std::optional<std::uint64_t> Search::settle(NameRange names, const Look& look) {
  const bool all = look.verdict.verdict == Verdict::all;
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < names.size() && !result_.capped; ++i) {
    const Outcome outcome = look.probed.tally.outcomes[i];
    const bool unreadable = outcome == Outcome::failed && options_.wanted == Class::unknown;
    if (!unreadable && (outcome != Outcome::read || !all)) continue;
    add(names.object(i), unreadable ? std::nullopt : look.verdict.under);
    ++found;
  }
  return found;
}

std::optional<std::uint64_t> Search::split(NameRange names, const Look& look) {
  const std::size_t middle = names.size() / 2;
  const auto first = search(names.first(middle));
  const bool unreadable = look.probed.tally.failed > 0 && options_.wanted == Class::unknown;
  const auto all = unreadable ? std::nullopt : look.verdict.count;
  if (all && first == all) return all;  // the other half has none
  const auto second = search(names.without_first(middle));
  if (!first || !second) return std::nullopt;
  return *first + *second;
}

std::optional<std::uint64_t> Search::leave_undecided(NameRange names) {
  if (stopped()) return std::nullopt;
  if (options_.wanted == Class::unknown)
    add(names.object(0), std::nullopt);
  else
    ++result_.undecided;
  return std::nullopt;
}

}  // namespace

FindResult find_objects(http::Transport& transport, const Clock& clock, const CensusResult& census,
                        const FindOptions& options) {
  return Search(transport, clock, options).run(census);
}

}  // namespace kencrypt::census
