// A fake API server behind http::Transport which counts transformations like a real one: what the
// census is tested against. Its clock moves only when somebody waits.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "http/transport.h"

namespace kencrypt::fakes {

class MetricsClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  WallTime wall() const override { return {}; }
  void advance_to(TimePoint time) { now_ = std::max(now_, time); }

 private:
  TimePoint now_{};
};

struct StoredObject {
  std::string name_space;
  std::string name;
  std::string outer = "identity";  // transformer_prefix as in the metrics
  std::string key;                 // "" or the key's name, without the colon
  bool older_of_name = false;      // under an older key of the same name
  int status = 200;                // 500: cannot be decrypted; 404: was deleted
  std::string key_id_hash = {};    // of an object under KMS v2; "": not counted
};

// What to do with one GET instead of answering it.
struct Fault {
  int status = 0;          // 0: the reply is lost
  bool counted = false;    // the object was read before the fault
  std::string retry_after;
};

class MetricsServer final : public http::Transport {
 public:
  explicit MetricsServer(MetricsClock& clock) : clock_(clock) {}

  // The server's state; tests change it at will, also from `before_reply`.
  std::vector<StoredObject> objects;
  std::string metrics_extra;             // lines appended to the page
  std::optional<std::string> page;       // instead of a metrics page
  int metrics_status = 200;
  int metrics_failures = 0;              // so many scrapes answer 503 first
  bool configured = true;                // the resource has transformers
  bool resource_label = true;
  bool registered = true;                // the storage metrics exist
  std::optional<std::string> config_hash;
  std::string id_hash = "sha256:a";
  std::uint64_t reloads = 0;
  double process_start = 1000;
  unsigned disabled_metrics = 0;
  std::map<std::string, double> key_status;  // KMS plugin "vault": when each key ID hash was named
  std::string minor = "37";
  std::uint64_t connections = 1;
  std::map<std::string, std::deque<Fault>> faults;  // by target
  // Called with the target before a request is answered.
  std::function<void(const std::string&)> before_reply;

  // What the server saw.
  std::uint64_t scrapes = 0;
  std::uint64_t reads = 0;
  std::size_t most_in_flight = 0;
  std::vector<std::string> violations;  // anything but metadata GETs

  void add(int count, const std::string& name_space, const std::string& outer, const std::string& key);
  // Counts a read as the server does; also used for other clients' reads.
  void count_read(const StoredObject& object, const std::string& resource = "secrets");
  void count_write(const std::string& outer, const std::string& key);
  void restart();  // counters are gone
  // The server compares its cache with etcd: reads everything, and counts the check itself.
  void check_consistency();
  MetricsClock& clock() { return clock_; }

  http::RequestId start(http::Request request, http::Receiver& receiver) override;
  void cancel(http::RequestId id) override;
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override { return connections; }

 private:
  struct Pending {
    http::RequestId id = 0;
    http::Request request;
    http::Receiver* receiver = nullptr;
  };
  void answer(Pending pending);
  void answer_metrics(http::Receiver& receiver);
  void answer_object(const std::string& target, http::Receiver& receiver);
  void count(const std::string& resource, const std::string& type, const std::string& prefix,
             const std::string& status);
  std::string render() const;
  std::string list_body(const std::string& target) const;

  std::vector<StoredObject>::iterator find(const std::string& target);

  MetricsClock& clock_;
  std::size_t hint_ = 0;
  std::deque<Pending> pending_;
  http::RequestId last_id_ = 0;
  std::uint64_t served_ = 0;
  std::uint64_t checks_ = 0;
  std::map<std::string, std::uint64_t> key_ids_;  // reads under KMS plugin "vault"
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t> counters_;
};

}  // namespace kencrypt::fakes
