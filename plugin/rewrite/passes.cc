#include <fmt/format.h>

#include <utility>

#include "rewrite/rewriter.h"

namespace kencrypt::rewrite {
namespace {

// What failed in `before` has been tried again by `next`, so it counts there.
Report add(Report before, Report next) {
  next.total += before.total - before.failed;
  next.rewritten += before.rewritten;
  next.unchanged += before.unchanged;
  next.gone += before.gone;
  next.conflicts_retried += before.conflicts_retried;
  next.waits += before.waits;
  next.duration += before.duration;
  next.resumed = before.resumed;
  before.passes.insert(before.passes.end(), next.passes.begin(), next.passes.end());
  next.passes = std::move(before.passes);
  return next;
}

bool is_last(const Report& pass) {
  return pass.interrupted || pass.stopped || pass.passes.back().rewritten == 0;
}

}  // namespace

Report rewrite_until_clean(const Options& options, const Surroundings& surroundings) {
  Report report = rewrite_all(options, surroundings);
  Options again = options;
  again.resume.reset();
  Surroundings unsaved = surroundings;
  unsaved.checkpoints = nullptr;
  for (int pass = 2; !is_last(report) && pass <= kMaxPasses; ++pass)
    report = add(std::move(report), rewrite_all(again, unsaved));
  if (!is_last(report))
    report.stopped = Error{ErrorKind::server,
                           fmt::format("{} objects had to be written again in pass {}: somebody writes with "
                                       "another key, most likely an API server with another encryption "
                                       "configuration; have all API servers run one, then run again",
                                       report.passes.back().rewritten, kMaxPasses)};
  return report;
}

}  // namespace kencrypt::rewrite
