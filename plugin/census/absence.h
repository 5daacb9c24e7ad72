// When the absence of samples proves plaintext.
//
// A resource that no entry of the server's configuration names is read by a transformer that lets
// plaintext through, refuses whatever begins with "k8s:enc:" and records nothing (k8s.io/apiserver
// pkg/storage/value/encrypt/identity/identity.go; config.go, transformerFromOverrides). So if N
// objects were read with success and the process has no sample for the resource at the end, while
// it would have, had it any transformer for the resource, then all N are plaintext.
//
// "It would have" is what must be shown. Required:
//   - the API server itself stores the resource, not an aggregated one. Of the core group that is
//   sure, of
//     others if the APIService of their group and version names no Service (k8s.io/kube-aggregator
//     pkg/apis/apiregistration/v1): then it is served by this very process;
//   - the process has registered the storage metrics (a sibling without labels is on the page), on
//   a
//     release whose metric names were checked, and no metric was turned off (disabled_metrics_total
//     is 0) or relabelled: else the samples might only be hidden;
//   - the reads reached this very process: it has answered at least N GETs of the resource between
//   the
//     scrapes. There is no sum of prefixes here that would betray a proxy in between;
//   - the configuration does not contradict it. No configuration (1.34+: no hash) is fine, as is a
//     file equal to the server's that does not name the resource. Where the server has a
//     configuration that we do not know, samples of other resources must show that its samples are
//     visible at all.
// Anything less is unknown. A resource that has samples, but none that moved, is not this case.
#pragma once

#include <optional>
#include <string>

#include "census/window.h"

namespace kencrypt::census {

// Whether neither scrape has any sample of the resource.
bool samples_absent(const Scrape& before, const Scrape& after);

// What is missing for the conclusion, as a sentence for people; nullopt if plaintext is proven. To be
// asked only if samples_absent().
std::optional<std::string> plaintext_doubt(const WindowInput& input);

}  // namespace kencrypt::census
