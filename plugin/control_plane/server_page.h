// What the checks need of one API server's /metrics.
//
// Names and labels: k8s.io/apiserver pkg/server/options/encryptionconfig/metrics/metrics.go
// (configuration), pkg/storage/value/encrypt/envelope/metrics/metrics.go (KMS v2),
// pkg/storage/etcd3/metrics/metrics.go (size and counts), k8s.io/component-base metrics/options.go
// (disabled and relabelled metrics).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/transport.h"
#include "kube/metrics_text.h"

namespace kencrypt::control_plane {

// A key of a KMS v2 plugin as its Status call named it.
struct KeySeen {
  std::string provider;
  std::string key_hash;  // "sha256:..." of the key's id
  double last = 0;       // Unix seconds of the last Status that named it, by the server's clock
};

struct Stored {
  std::optional<std::uint64_t> objects;
  std::optional<std::uint64_t> bytes;  // an estimate of the server, 1.34+
};

struct ServerPage {
  std::string id_hash;  // "sha256:..." of the API server's ID; "" where no metric says it
  std::optional<std::string>
      configuration;  // "sha256:..." of the encryption configuration file, 1.34+
  std::optional<unsigned> minor_release;  // 37 of 1.37
  bool complete = true;                   // no metric is turned off or relabelled
  std::vector<KeySeen> keys;
  // When it last tried to load a changed configuration while it ran, in Unix seconds; 0: never.
  double last_reload_success = 0;
  double last_reload_failure = 0;
  std::vector<KeySeen> keys_written;  // `last`: when an object was last written with it
  std::optional<std::uint64_t> database_bytes;  // of the largest etcd cluster behind the server
  std::map<std::string, Stored, std::less<>> resources;  // by group-resource
  WallTime now{};  // when the server answered, by its own clock

  // Whether the absence of `configuration` means that the server has none.
  bool publishes_configuration() const;
};

// Keys of either list that are kept: the server itself keeps 100 (pkg/storage/value/encrypt/envelope/metrics).
inline constexpr std::size_t kMaxKeysSeen = 100;

class ServerPageBuilder {
 public:
  // The families that take() wants to see.
  static std::vector<std::string> families();
  // Errors: protocol, for two configurations at once.
  Result<void> take(const kube::Sample& sample);
  // `head` of the reply says when the page was made; without a Date it was at the clock's time.
  ServerPage finish(const http::ResponseHead& head, const Clock& clock);

 private:
  Result<void> take_configuration(const kube::Sample& sample);
  void take_reload(const kube::Sample& sample);
  void take_key(const kube::Sample& sample, std::vector<KeySeen>& keys);
  void take_size(const kube::Sample& sample);

  ServerPage page_;
};

// Reads the page and waits for it. Errors: those of kube::read_metrics and take().
Result<ServerPage> read_server_page(http::Transport& transport, const Clock& clock);

}  // namespace kencrypt::control_plane
