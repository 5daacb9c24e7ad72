// What a census costs, and what it survives.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "census/census_run.h"
#include "fakes/metrics_server.h"

namespace kencrypt::census {
namespace {

using fakes::MetricsClock;
using fakes::MetricsServer;
using fakes::StoredObject;

constexpr const char* kCbc = "k8s:enc:aescbc:v1:";
constexpr const char* kBox = "k8s:enc:secretbox:v1:";
constexpr const char* kVault = "k8s:enc:kms:v2:vault:";

struct Cluster {
  MetricsClock clock;
  MetricsServer server{clock};
  CensusOptions options;

  void add_namespaces(int namespaces, int objects) {
    for (int i = 0; i < namespaces; ++i)
      server.add(objects, fmt::format("n{}", 10'000 + i), kCbc, "key1");
  }
  CensusResult run() {
    auto result = run_census(server, clock, options);
    REQUIRE(result.has_value());
    CHECK(server.violations.empty());
    return *std::move(result);
  }
};

using Truth = std::map<std::string, std::map<encryption::StoredUnder, std::uint64_t>>;

encryption::StoredUnder under_of(const StoredObject& object) {
  encryption::StoredUnder under = *encryption::outer_of(object.outer);
  if (!object.key.empty()) under.key = object.key;
  under.key_id_hash = object.key_id_hash;
  return under;
}

Truth truth_of(const MetricsServer& server) {
  Truth truth;
  for (const StoredObject& object : server.objects) ++truth[object.name_space][under_of(object)];
  return truth;
}

// "" if the counts hold the truth.
std::string lie_in(const coverage::NamespaceCount& count, const Truth& truth) {
  std::map<encryption::StoredUnder, std::uint64_t> left = truth.at(count.name_space);
  for (const coverage::KeyBounds& key : count.keys) {
    const std::uint64_t real = left[key.under];
    left.erase(key.under);
    // The keys are those of what was measured.
    if (real < key.min || real > key.max + count.unmeasured)
      return fmt::format("{}: {} of {} not in {}..{}", count.name_space, real,
                         encryption::display(key.under), key.min, key.max);
    if (count.exact && key.min != key.max) return "exact with a range";
  }
  for (const auto& [under, real] : left)
    if (real > count.unmeasured) return "a key is not listed";
  return count.exact && count.unmeasured > 0 ? "exact without all objects" : "";
}

std::string lie_in(const CensusResult& result, const Truth& truth) {
  if (result.namespaces.size() != truth.size()) return "a namespace is missing";
  for (const coverage::NamespaceCount& count : result.namespaces)
    if (auto lie = lie_in(count, truth); !lie.empty()) return lie;
  return "";
}

bool all_exact(const CensusResult& result) {
  return std::all_of(result.namespaces.begin(), result.namespaces.end(),
                     [](const coverage::NamespaceCount& count) { return count.exact; });
}

TEST_CASE("census at scale: a clean cluster takes two scrapes and one read an object") {
  Cluster cluster;
  cluster.add_namespaces(1000, 5);
  const CensusResult result = cluster.run();
  CHECK(all_exact(result));
  CHECK(lie_in(result, truth_of(cluster.server)).empty());
  CHECK(cluster.server.scrapes == 2);
  CHECK(cluster.server.reads == 5000);
}

TEST_CASE("census at scale: scrapes grow with the mixed namespaces, not with all") {
  for (const int namespaces : {100, 1000})
    for (const int mixed : {1, 2, 5, 10}) {
      Cluster cluster;
      cluster.add_namespaces(namespaces, 3);
      for (int i = 0; i < mixed; ++i) {
        const auto odd = static_cast<std::size_t>(3 * (namespaces / mixed) * i + 1);
        cluster.server.objects[odd].key = "key0";
      }
      const CensusResult result = cluster.run();
      CAPTURE(namespaces, mixed, cluster.server.scrapes, cluster.server.reads);
      CHECK(all_exact(result));
      CHECK(lie_in(result, truth_of(cluster.server)).empty());
      // The logarithm of what is between two of them, and a few.
      CHECK(cluster.server.scrapes <= 2U + static_cast<unsigned>(mixed) * 14U);
    }
}

TEST_CASE("census at scale: where all are mixed it is one by one") {
  Cluster cluster;
  cluster.add_namespaces(200, 2);
  for (std::size_t i = 0; i < cluster.server.objects.size(); ++i)
    cluster.server.objects[i].key = i % 2 == 0 ? "key1" : "key2";
  const CensusResult result = cluster.run();
  CHECK(all_exact(result));
  CHECK(cluster.server.scrapes <= 200 + 20);
  CHECK(cluster.server.reads <= 4 * 400);
}

TEST_CASE("census at scale: alternating namespaces") {
  Cluster cluster;
  cluster.add_namespaces(200, 2);
  for (std::size_t i = 0; i < cluster.server.objects.size(); ++i)
    cluster.server.objects[i].key = i / 2 % 2 == 0 ? "key1" : "key2";
  const CensusResult result = cluster.run();
  CHECK(all_exact(result));
  CHECK(lie_in(result, truth_of(cluster.server)).empty());
  CHECK(cluster.server.scrapes <= 2 * 200);
  CHECK(cluster.server.reads <= 5 * 400);
}

TEST_CASE("census at scale: the server's own consistency check is recognised and waited out") {
  Cluster cluster;
  cluster.add_namespaces(20, 5);
  cluster.server.objects[7].key = "key0";
  bool done = false;
  cluster.server.before_reply = [&](const std::string& target) {
    if (done || target == "/metrics" || cluster.server.reads < 30) return;
    done = true;
    cluster.server.check_consistency();
  };
  const CensusResult result = cluster.run();
  CHECK(done);
  CHECK(all_exact(result));
  CHECK(lie_in(result, truth_of(cluster.server)).empty());
}

TEST_CASE("census at scale: connections that do not last give smaller windows") {
  Cluster cluster;
  cluster.add_namespaces(100, 30);
  cluster.server.before_reply = [&server = cluster.server,
                                 requests = 0](const std::string&) mutable {
    if (++requests % 1000 == 0) ++server.connections;
  };
  const CensusResult result = cluster.run();
  CHECK(all_exact(result));
  CHECK(lie_in(result, truth_of(cluster.server)).empty());
  CHECK(cluster.server.scrapes < 40);
}

TEST_CASE("census at scale: another server that takes over is measured from its beginning") {
  Cluster cluster;
  cluster.add_namespaces(10, 10);
  bool swapped = false;
  cluster.server.before_reply = [&](const std::string&) {
    if (swapped || cluster.server.reads < 50) return;
    swapped = true;
    cluster.server.restart();
    cluster.server.process_start = 7;
    cluster.server.id_hash = "sha256:b";
    ++cluster.server.connections;
  };
  const CensusResult result = cluster.run();
  CHECK(swapped);
  CHECK_FALSE(result.spread);
  CHECK(all_exact(result));
  CHECK(lie_in(result, truth_of(cluster.server)).empty());
}

TEST_CASE("census at scale: reads come no faster than asked for") {
  Cluster cluster;
  cluster.add_namespaces(10, 10);
  cluster.options.probe.limits.per_second = 10;
  cluster.run();
  const auto seconds =
      std::chrono::duration<double>(cluster.clock.now().time_since_epoch()).count();
  CHECK(seconds > 9.8);
  CHECK(seconds < 10.5);
}

TEST_CASE("census at scale: one window holds kWindowObjects, however large a namespace is") {
  Cluster cluster;
  cluster.server.add(static_cast<int>(kWindowObjects) + 1, "a", kCbc, "key1");
  const CensusResult result = cluster.run();
  CHECK(all_exact(result));
  CHECK(lie_in(result, truth_of(cluster.server)).empty());
  CHECK(cluster.server.scrapes == 3);
}

TEST_CASE("census at scale: key IDs of a KMS plugin") {
  Cluster cluster;
  cluster.server.add(8, "a", kVault, "");
  cluster.server.add(8, "b", kVault, "");
  for (StoredObject& object : cluster.server.objects) object.key_id_hash = "sha256:new";
  cluster.server.key_status = {{"sha256:old", 100}, {"sha256:new", 200}};
  cluster.server.count_write(kVault, "");
  SECTION("are all the present one") {
    const CensusResult result = cluster.run();
    CHECK(cluster.server.scrapes == 2);
    const auto write = decide_write_key(result.evidence, nullptr);
    REQUIRE(write.under.has_value());
    CHECK(write.under->key_id_hash == "sha256:new");
    const auto report = coverage::make_report(result.namespaces, write);
    CHECK(report.total.current == 16);
    CHECK(report.total.percent() == 100U);
  }
  SECTION("are in part an older one") {
    for (const std::size_t i : {1U, 2U, 5U}) cluster.server.objects[i].key_id_hash = "sha256:old";
    const CensusResult result = cluster.run();
    CHECK(lie_in(result, truth_of(cluster.server)).empty());
    const auto report =
        coverage::make_report(result.namespaces, decide_write_key(result.evidence, nullptr));
    CHECK(report.namespaces[0].current == 5);
    CHECK(report.namespaces[0].stale == 3);
    CHECK(report.namespaces[1].current == 8);
  }
  SECTION("are unknown while the plugin changes its key") {
    cluster.server.before_reply = [&](const std::string&) {
      if (cluster.server.reads == 10) cluster.server.key_status["sha256:newer"] = 300;
    };
    const CensusResult result = cluster.run();
    const auto write = decide_write_key(result.evidence, nullptr);
    CHECK(write.under->key_id_hash.empty());
    CHECK(coverage::make_report(result.namespaces, write).total.current == 0);
    CHECK(coverage::make_report(result.namespaces, write).total.unknown == 16);
  }
  SECTION("are unknown where the server does not count them") {
    for (StoredObject& object : cluster.server.objects) object.key_id_hash.clear();
    const CensusResult result = cluster.run();
    const auto write = decide_write_key(result.evidence, nullptr);
    CHECK(coverage::make_report(result.namespaces, write).total.unknown == 16);
  }
  SECTION("are unknown where the server counts some") {
    cluster.server.objects[3].key_id_hash.clear();
    const CensusResult result = cluster.run();
    const auto write = decide_write_key(result.evidence, nullptr);
    const auto report = coverage::make_report(result.namespaces, write);
    CHECK(report.namespaces[0].current < 8);
    CHECK(report.namespaces[0].percent() != 100U);
  }
}

// Clusters, other clients and accidents at random.
class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {
    const int namespaces = 1 + pick(12);
    for (int i = 0; i < namespaces; ++i) fill(fmt::format("n{}", 10 + i));
    noise_ = pick(3) == 0 ? 0 : 1 + pick(30);
    cluster_.server.before_reply = [this](const std::string& target) {
      if (target.find("/secrets/") == std::string::npos) return;
      if (noise_ > 0 && pick(noise_) == 0) disturb();
      if (pick(300) == 0) accident();
    };
  }
  Cluster& cluster() { return cluster_; }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  void fill(const std::string& name_space) {
    const int kinds = pick(3) == 0 ? 6 : 1;
    for (int i = 1 + pick(12); i > 0; --i) {
      cluster_.server.add(1, name_space, kCbc, "key1");
      StoredObject& object = cluster_.server.objects.back();
      const int kind = pick(kinds);
      if (kind == 1) object.key = "key2";
      if (kind == 2) object.outer = kBox;
      if (kind == 3) object.outer = "identity", object.key = "";
      if (kind >= 4) {
        object.outer = kVault;
        object.key = "";
        object.key_id_hash = kind == 4 ? "sha256:new" : "sha256:old";
      }
    }
  }
  void disturb() {
    MetricsServer& server = cluster_.server;
    const auto any = static_cast<std::size_t>(pick(static_cast<int>(server.objects.size())));
    server.count_read(server.objects[any], pick(4) == 0 ? "configmaps" : "secrets");
  }
  void accident() {
    MetricsServer& server = cluster_.server;
    switch (pick(4)) {
      case 0:
        server.check_consistency();
        break;
      case 1:
        server.restart();
        server.process_start += 1;
        ++server.connections;
        break;
      case 2:
        ++server.connections;
        break;
      default:
        ++server.reloads;
    }
  }

  std::mt19937 random_;
  Cluster cluster_;
  int noise_ = 0;
};

TEST_CASE("census property: whatever others do, the bounds hold the truth") {
  int exact = 0;
  int all = 0;
  for (unsigned seed = 0; seed < 1500; ++seed) {
    Chance chance(seed);
    const Truth truth = truth_of(chance.cluster().server);
    const CensusResult result = chance.cluster().run();
    for (const coverage::NamespaceCount& count : result.namespaces) exact += count.exact ? 1 : 0;
    all += static_cast<int>(result.namespaces.size());
    const std::string lie = lie_in(result, truth);
    if (lie.empty()) continue;
    CAPTURE(seed);
    FAIL(lie);
  }
  CHECK(exact > all / 2);
  CHECK(exact < all);
}

}  // namespace
}  // namespace kencrypt::census
