// One reading of an API server's /metrics: the handful of values that the census reckons with.
//
// Names and labels: k8s.io/apiserver pkg/storage/value/metrics.go (transformations),
// pkg/server/options/encryptionconfig/metrics/metrics.go (configuration), k8s.io/component-base
// metrics/options.go (disabled and relabelled metrics). Checked on 1.24 to 1.37.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::census {

// Operations since the process began, by transformer_prefix.
using PrefixCounts = std::map<std::string, std::uint64_t, std::less<>>;

// Whether transformations are told apart by resource: since 1.32 they carry a label.
enum class ResourceLabel {
  no_samples,  // no transformation of any resource has been counted, so none can be seen
  present,     // the counts below are those of the wanted resource
  absent,      // 1.31 and older: the counts below mix all resources
};

struct Scrape {
  ResourceLabel resource_label = ResourceLabel::no_samples;
  PrefixCounts from_storage;         // reads with status OK
  PrefixCounts from_storage_failed;  // attempts to read with any other status
  PrefixCounts to_storage;           // writes with status OK; "" is plaintext
  // A label value was replaced by "unexpected" (--allow-metric-labels): samples may be missing above.
  bool relabelled = false;

  std::optional<std::string> config_hash;        // 1.34+, "sha256:...", if it has a configuration
  std::optional<std::string> apiserver_id_hash;  // with the above
  std::uint64_t reloads = 0;                     // of the configuration, successful ones
  double last_reload = 0;                        // Unix seconds of the last of them; 0: never
  std::optional<double> process_start;           // Unix seconds
  std::optional<std::uint64_t> disabled_metrics;  // how many --disabled-metrics turned off
  std::optional<unsigned> minor_release;         // 37 of 1.37
  bool counts_transformations = false;           // the process has registered the storage metrics
  std::uint64_t gets_served = 0;                 // GETs of the resource answered with 200

  std::uint64_t connections_opened = 0;  // of the transport, when the page was complete
};

// A prefix is a provider or a key: a configuration with more of them is not a configuration.
inline constexpr std::size_t kMaxPrefixes = 1000;

// Reads /metrics for `resource` and waits for it, driving `transport`. Errors: forbidden, which says
// what right is missing; protocol for a page that is no metrics page; too_large; those of the
// transport and of the API server.
Result<Scrape> scrape_metrics(http::Transport& transport, const Clock& clock,
                              const kube::Resource& resource);

}  // namespace kencrypt::census
