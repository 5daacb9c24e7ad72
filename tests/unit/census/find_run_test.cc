#include "census/find_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "fakes/metrics_server.h"

namespace kencrypt::census {
namespace {

using coverage::Class;
using fakes::MetricsClock;
using fakes::MetricsServer;
using fakes::StoredObject;

constexpr const char* kCbc = "k8s:enc:aescbc:v1:";
const encryption::StoredUnder kWrite{encryption::Provider::aescbc, "key2"};

using Names = std::set<std::string>;

struct Cluster {
  MetricsClock clock;
  MetricsServer server{clock};
  CensusOptions census;
  FindOptions options;

  Cluster() { options.write = kWrite; }
  void add_namespaces(int namespaces, int objects) {
    for (int i = 0; i < namespaces; ++i)
      server.add(objects, fmt::format("n{}", 100 + i), kCbc, "key2");
  }
  FindResult find(Class wanted) {
    auto counted = run_census(server, clock, census);
    REQUIRE(counted.has_value());
    server.scrapes = 0;
    options.wanted = wanted;
    return find_objects(server, clock, *counted, options);
  }
  // The truth, with the first letter of what they are under.
  Names objects_with(const std::string& outer, const std::string& key) const {
    Names names;
    for (const StoredObject& one : server.objects)
      if (one.outer == outer && one.key == key) names.insert(one.name_space + "/" + one.name);
    return names;
  }
};

Names names_of(const FindResult& result) {
  Names names;
  for (const FoundObject& one : result.objects) names.insert(kube::display_name(one.name));
  CHECK(names.size() == result.objects.size());  // none twice
  return names;
}

TEST_CASE("find: the very objects, each with its key") {
  Cluster cluster;
  cluster.add_namespaces(10, 40);
  for (const std::size_t i : {3U, 4U, 77U, 200U, 399U}) cluster.server.objects[i].key = "key1";
  cluster.server.objects[5].key = "key0";
  cluster.server.objects[100].outer = "identity";
  cluster.server.objects[100].key = "";
  const FindResult stale = cluster.find(Class::stale);
  Names expected = cluster.objects_with(kCbc, "key1");
  expected.merge(cluster.objects_with(kCbc, "key0"));
  CHECK(names_of(stale) == expected);
  CHECK_FALSE(stale.capped);
  CHECK(stale.undecided == 0);
  for (const FoundObject& one : stale.objects) {
    REQUIRE(one.under.has_value());
    CHECK(one.under->key == (one.name.name == "s00005" ? "key0" : "key1"));
  }
  // Six objects among 40 each time: far fewer pages than objects.
  CHECK(cluster.server.scrapes < 60);
  CHECK(names_of(cluster.find(Class::plaintext)) == cluster.objects_with("identity", ""));
  CHECK(cluster.find(Class::unknown).objects.empty());
}

TEST_CASE("find: whole namespaces need no further page") {
  Cluster cluster;
  cluster.add_namespaces(4, 10);
  for (std::size_t i = 10; i < 20; ++i) cluster.server.objects[i].key = "key1";
  CHECK(names_of(cluster.find(Class::stale)).size() == 10);
  CHECK(cluster.server.scrapes == 0);
}

TEST_CASE("find: names no more than its limit, and says so") {
  Cluster cluster;
  cluster.add_namespaces(1, 20);
  for (std::size_t i = 0; i < 20; i += 2) cluster.server.objects[i].key = "key1";
  cluster.options.limit = 4;
  const FindResult result = cluster.find(Class::stale);
  CHECK(result.objects.size() == 4);
  CHECK(result.capped);
  cluster.options.limit = 10;
  CHECK(cluster.find(Class::stale).objects.size() == 10);
}

TEST_CASE("find: what cannot be read, or may be under an older key of the name, is unknown") {
  Cluster cluster;
  cluster.add_namespaces(2, 10);
  cluster.server.objects[3].status = 500;
  cluster.server.objects[14].older_of_name = true;
  CHECK(names_of(cluster.find(Class::unknown)) == Names{"n100/s00003", "n101/s00014"});
  CHECK(cluster.find(Class::stale).objects.empty());
}

TEST_CASE("find: without metrics all are unknown, and none is called anything else") {
  Cluster cluster;
  cluster.add_namespaces(2, 3);
  cluster.server.metrics_status = 403;
  CHECK(cluster.find(Class::unknown).objects.size() == 6);
  const FindResult stale = cluster.find(Class::stale);
  CHECK(stale.objects.empty());
  CHECK(stale.undecided == 6);
}

TEST_CASE("find: deleted objects are in no list") {
  Cluster cluster;
  cluster.add_namespaces(1, 6);
  for (StoredObject& object : cluster.server.objects) object.key = "key1";
  cluster.server.objects[2].status = 404;
  CHECK(names_of(cluster.find(Class::stale)).size() == 5);
}

TEST_CASE("find: keys of the same name under two providers are told apart object by object") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key2");
  cluster.server.add(6, "a", "k8s:enc:secretbox:v1:", "key2");
  cluster.server.add(6, "a", kCbc, "key1");
  Names expected = cluster.objects_with("k8s:enc:secretbox:v1:", "key2");
  expected.merge(cluster.objects_with(kCbc, "key1"));
  CHECK(names_of(cluster.find(Class::stale)) == expected);
}

TEST_CASE(
    "find property: among other readers nothing false is named, and the rest is owned up to") {
  std::size_t found = 0;
  std::size_t undecided = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&random](int below) {
      return std::uniform_int_distribution<int>(0, below - 1)(random);
    };
    Cluster cluster;
    cluster.add_namespaces(1 + pick(4), 1 + pick(15));
    for (StoredObject& object : cluster.server.objects)
      if (pick(4) == 0) object.key = "key1";
    const int noise = 2 + pick(12);
    cluster.server.before_reply = [&](const std::string& target) {
      if (target.find("/secrets/") == std::string::npos || pick(noise) != 0) return;
      const auto any =
          static_cast<std::size_t>(pick(static_cast<int>(cluster.server.objects.size())));
      cluster.server.count_read(cluster.server.objects[any]);
    };
    const FindResult result = cluster.find(Class::stale);
    const Names real = cluster.objects_with(kCbc, "key1");
    const Names named = names_of(result);
    CAPTURE(seed);
    CHECK(std::includes(real.begin(), real.end(), named.begin(), named.end()));
    CHECK(real.size() - named.size() <= result.undecided);
    found += named.size();
    undecided += result.undecided;
  }
  CHECK(found > 1000);
  CHECK(undecided < found / 4);
}

}  // namespace
}  // namespace kencrypt::census
