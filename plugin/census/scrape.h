// One reading of an API server's /metrics: the handful of values that the census reckons with.
//
// Names and labels: k8s.io/apiserver pkg/storage/value/metrics.go (transformations),
// pkg/server/options/encryptionconfig/metrics/metrics.go (configuration),
// pkg/storage/value/encrypt/ envelope/metrics/metrics.go (KMS v2), pkg/storage/cacher/metrics
// (consistency checks), k8s.io/component-base metrics/options.go (disabled and relabelled metrics).
// Checked on 1.24 to 1.37.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "control_plane/server_page.h"
#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::census {

// Operations since the process began, by transformer_prefix.
using PrefixCounts = std::map<std::string, std::uint64_t, std::less<>>;

// Reads since the process began under a KMS v2 plugin, by the hash of its key's ID; by plugin. They
// mix all resources.
using KeyIdCounts = std::map<std::string, PrefixCounts, std::less<>>;

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
  // How often the process has compared its cache with etcd, for which it reads all objects of the
  // resource (1.34+).
  std::uint64_t consistency_checks = 0;

  KeyIdCounts key_id_reads;
  std::size_t key_id_samples = 0;  // of reads and writes: all that the process remembers
  // The hash of the key ID that a plugin's status named last; "" where two were named last.
  std::map<std::string, std::string, std::less<>> key_ids_now;

  std::uint64_t connections_opened = 0;  // of the transport, when the page was complete
};

// A prefix is a provider or a key: a configuration with more of them is not a configuration.
inline constexpr std::size_t kMaxPrefixes = 1000;

// A server remembers the counts of so many key IDs and forgets the longest unused
// (pkg/storage/value/ encrypt/envelope/metrics): with so many on the page some may be missing.
inline constexpr std::size_t kMaxKeyIdSamples = 100;

// Reads /metrics for `resource` and waits for it, driving `transport`. If `page` is not null it
// gets what the checks of the control plane need of the same page. Errors: forbidden, which says
// what right is missing; protocol for a page that is no metrics page; too_large; those of the
// transport and of the API server.
Result<Scrape> scrape_metrics(http::Transport& transport, const Clock& clock,
                              const kube::Resource& resource,
                              control_plane::ServerPage* page = nullptr);

}  // namespace kencrypt::census
