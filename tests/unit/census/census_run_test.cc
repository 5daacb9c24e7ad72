#include "census/census_run.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/metrics_server.h"

namespace kencrypt::census {
namespace {

using fakes::Fault;
using fakes::MetricsClock;
using fakes::MetricsServer;

constexpr const char* kCbc = "k8s:enc:aescbc:v1:";
constexpr const char* kBox = "k8s:enc:secretbox:v1:";

struct Cluster {
  MetricsClock clock;
  MetricsServer server{clock};
  CensusOptions options;

  CensusResult run() {
    auto result = run_census(server, clock, options);
    REQUIRE(result.has_value());
    CHECK(server.violations.empty());
    return *std::move(result);
  }
  std::uint64_t seconds() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count());
  }
};

std::string show(const coverage::NamespaceCount& count) {
  std::string text = fmt::format("{}: {}{}", count.name_space, count.total, count.exact ? "" : "?");
  if (count.unmeasured > 0) text += fmt::format(" ({} unmeasured)", count.unmeasured);
  for (const coverage::KeyBounds& key : count.keys)
    text += key.min == key.max
                ? fmt::format(" {}={}", encryption::display(key.under), key.min)
                : fmt::format(" {}={}..{}", encryption::display(key.under), key.min, key.max);
  return text;
}

std::vector<std::string> show(const CensusResult& result) {
  std::vector<std::string> rows;
  for (const coverage::NamespaceCount& count : result.namespaces) rows.push_back(show(count));
  return rows;
}

using Rows = std::vector<std::string>;

TEST_CASE(
    "census: what is unlike its neighbours is measured by itself, with many reads at a time") {
  Cluster cluster;
  cluster.server.add(50, "b", kCbc, "key1");
  cluster.server.add(3, "a", "identity", "");
  cluster.server.add(5, "a", kCbc, "key2");
  cluster.server.add(1, "c", "k8s:enc:kms:v2:vault:", "");
  const CensusResult result = cluster.run();
  CHECK(show(result) == Rows{"a: 8 identity=3 aescbc/key2=5", "b: 50 aescbc/key1=50", "c: 1 kmsv2/vault=1"});
  CHECK_FALSE(result.metrics_error.has_value());
  CHECK(cluster.server.scrapes == 1 + 4);  // all, a, b and c together, b; then c
  CHECK(cluster.server.reads <= 2 * 59);
  CHECK(cluster.server.most_in_flight > 32);
  CHECK(cluster.server.most_in_flight <= kMaxReadsInFlight);
}

TEST_CASE("census: an empty cluster still gives evidence of the write key") {
  Cluster cluster;
  cluster.server.count_write(kCbc, "key1");
  const CensusResult result = cluster.run();
  CHECK(result.namespaces.empty());
  REQUIRE(result.evidence.last.has_value());
  CHECK(decide_write_key(result.evidence, nullptr).under ==
        encryption::StoredUnder{encryption::Provider::aescbc, "key1"});
}

TEST_CASE("census: a namespace alone, if so selected") {
  Cluster cluster;
  cluster.server.add(2, "a", "identity", "");
  cluster.server.add(2, "b", "identity", "");
  cluster.options.selection.name_space = "b";
  CHECK(show(cluster.run()) == Rows{"b: 2 identity=2"});
}

TEST_CASE("census: without the right to read metrics the totals are given") {
  Cluster cluster;
  cluster.server.add(4, "a", kCbc, "key1");
  cluster.server.metrics_status = 403;
  const CensusResult result = cluster.run();
  CHECK(show(result) == Rows{"a: 4? (4 unmeasured)"});
  REQUIRE(result.metrics_error.has_value());
  CHECK(result.metrics_error->kind == ErrorKind::forbidden);
  CHECK(cluster.server.reads == 0);
  CHECK(cluster.server.scrapes == 1);
  const coverage::CoverageReport report =
      coverage::make_report(result.namespaces, decide_write_key(result.evidence, nullptr));
  CHECK(report.total.unknown == 4);
}

TEST_CASE("census: a page that is none, and a server too busy for one") {
  Cluster cluster;
  cluster.server.add(4, "a", kCbc, "key1");
  SECTION("HTML") {
    cluster.server.page = "<html>\n";
    const CensusResult result = cluster.run();
    CHECK(show(result) == Rows{"a: 4? (4 unmeasured)"});
    CHECK(result.metrics_error->kind == ErrorKind::protocol);
  }
  SECTION("busy for a moment") {
    cluster.server.metrics_failures = 2;
    CHECK(show(cluster.run()) == Rows{"a: 4 aescbc/key1=4"});
  }
  SECTION("busy for good") {
    cluster.server.metrics_failures = 1000;
    const CensusResult result = cluster.run();
    CHECK(show(result) == Rows{"a: 4? (4 unmeasured)"});
    CHECK(result.metrics_error->kind == ErrorKind::unavailable);
    CHECK(cluster.server.scrapes == kWindowAttempts);
  }
}

// Another client reads an object of its own before some of our replies.
void disturb(Cluster& cluster, std::uint64_t from, std::uint64_t to, const fakes::StoredObject& theirs) {
  cluster.server.before_reply = [&server = cluster.server, from, to, theirs](const std::string& target) {
    const bool ours = target.find("/secrets/") != std::string::npos;
    if (ours && server.reads >= from && server.reads < to) server.count_read(theirs);
  };
}

TEST_CASE("census: a window with noise is repeated") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key1");
  cluster.server.add(2, "b", kCbc, "key1");
  disturb(cluster, 0, 6, {"", "", "identity", ""});
  CHECK(show(cluster.run()) == Rows{"a: 6 aescbc/key1=6", "b: 2 aescbc/key1=2"});
  CHECK(cluster.server.reads == 8 + 8);
  CHECK(cluster.server.scrapes == 3);
}

TEST_CASE("census: noise that stays gives bounds, with a bounded number of scrapes") {
  Cluster cluster;
  cluster.server.add(64, "a", kCbc, "key1");
  cluster.server.add(1, "b", "identity", "");
  // In every eighth reply: windows of the smallest size are not all quiet.
  cluster.server.before_reply = [&server = cluster.server](const std::string& target) {
    if (target.find("/secrets/") != std::string::npos && server.reads % 2 == 0)
      server.count_read({"", "", "identity", ""});
  };
  const CensusResult result = cluster.run();
  const coverage::NamespaceCount& count = result.namespaces.at(0);
  CHECK_FALSE(count.exact);
  CHECK(cluster.server.scrapes <= 1 + (kExtraScrapes + 1) * 2);
  CHECK(cluster.server.scrapes > kWindowAttempts);
  CHECK_FALSE(count.notes.empty());
  for (const coverage::KeyBounds& key : count.keys) {
    CAPTURE(show(count));
    const std::uint64_t truth = key.under.provider == encryption::Provider::aescbc ? 64 : 0;
    CHECK(key.min <= truth);
    CHECK(truth <= key.max);
  }
  CHECK(
      coverage::classify(count, {encryption::StoredUnder{encryption::Provider::aescbc, "key1"}, ""})
          .percent() < 100U);
}

TEST_CASE("census: two providers with two keys are told apart by splitting") {
  Cluster cluster;
  cluster.server.add(5, "a", kCbc, "key1");
  cluster.server.add(3, "a", kBox, "key2");
  CHECK(show(cluster.run()) == Rows{"a: 8 aescbc/key1=5 secretbox/key2=3"});
  CHECK(cluster.server.scrapes > 2);
  CHECK(cluster.server.scrapes <= 2 + kExtraScrapes);
}

TEST_CASE("census: or at once where the server's configuration is known") {
  Cluster cluster;
  cluster.server.add(5, "a", kCbc, "key1");
  cluster.server.add(3, "a", kBox, "key2");
  cluster.server.config_hash = "sha256:f";
  const encryption::EncryptionConfig config{
      "sha256:f",
      {{encryption::Provider::secretbox, {"key2"}}, {encryption::Provider::aescbc, {"key1"}}}};
  cluster.options.probe.config = &config;
  CHECK(show(cluster.run()) == Rows{"a: 8 aescbc/key1=5 secretbox/key2=3"});
  CHECK(cluster.server.scrapes == 2);
}

TEST_CASE("census: what cannot be told apart stays open") {
  Cluster cluster;
  for (int i = 0; i < 200; ++i) {
    cluster.server.add(1, "a", kCbc, "key1");
    cluster.server.add(1, "a", kBox, "key2");
  }
  const CensusResult result = cluster.run();
  const coverage::NamespaceCount& count = result.namespaces.at(0);
  CHECK_FALSE(count.exact);
  REQUIRE(count.keys.size() == 4);
  for (const coverage::KeyBounds& key : count.keys) {
    const bool real =
        (key.under.provider == encryption::Provider::aescbc) == (key.under.key == "key1");
    CHECK(key.min <= (real ? 200U : 0U));
    CHECK(key.max >= (real ? 200U : 0U));
  }
  CHECK(cluster.server.scrapes <= 2 + kExtraScrapes);
  const coverage::Coverage row = coverage::classify(
      count, {encryption::StoredUnder{encryption::Provider::secretbox, "key2"}, ""});
  CHECK(row.unknown > 300);
}

TEST_CASE("census: objects deleted meanwhile are not counted") {
  Cluster cluster;
  cluster.server.add(5, "a", kCbc, "key1");
  cluster.server.objects[2].status = 404;
  CHECK(show(cluster.run()) == Rows{"a: 4 aescbc/key1=4"});
}

TEST_CASE("census: objects that cannot be read are unknown, and a few are named") {
  Cluster cluster;
  cluster.server.add(9, "a", kCbc, "key1");
  for (std::size_t i = 0; i < 5; ++i) cluster.server.objects[i].status = 500;
  const CensusResult result = cluster.run();
  CHECK(show(result) == Rows{"a: 9? (5 unmeasured) aescbc/key1=4"});
  REQUIRE(result.namespaces[0].notes.size() == 1);
  const std::string& note = result.namespaces[0].notes[0];
  CHECK(note.find("5 could not be read") != std::string::npos);
  CHECK(note.find("a/s00000") != std::string::npos);
  CHECK(note.find("a/s00002") != std::string::npos);
  CHECK(note.find("a/s00003") == std::string::npos);
  CHECK(cluster.server.scrapes == 2);
}

std::string target(int object) { return fmt::format("/api/v1/namespaces/a/secrets/s{:05}", object); }

TEST_CASE("census: a busy server is waited for, as long as it asks") {
  Cluster cluster;
  cluster.server.add(5, "a", kCbc, "key1");
  cluster.server.faults[target(1)] = {{429, false, "7"}, {503, false, ""}};
  CHECK(show(cluster.run()) == Rows{"a: 5 aescbc/key1=5"});
  CHECK(cluster.seconds() == 7 + 1);
  CHECK(cluster.server.scrapes == 2);
}

TEST_CASE("census: a server that is never free again") {
  Cluster cluster;
  cluster.server.add(2, "a", kCbc, "key1");
  for (int i = 0; i < 1000; ++i) cluster.server.faults[target(1)].push_back({429, false, "3000"});
  CHECK(show(cluster.run()) == Rows{"a: 2? (1 unmeasured) aescbc/key1=1"});
  CHECK(cluster.seconds() <= 600);
}

TEST_CASE("census: an object that cannot be read holds nothing up, whatever its reply asks for") {
  Cluster cluster;
  cluster.server.add(2, "a", kCbc, "key1");
  for (int i = 0; i < 10; ++i) cluster.server.faults[target(1)].push_back({500, false, "7"});
  CHECK(show(cluster.run()) == Rows{"a: 2? (1 unmeasured) aescbc/key1=1"});
  CHECK(cluster.seconds() == 0);
}

TEST_CASE("census: a read that was counted and refused makes the window inexact, so it is repeated") {
  Cluster cluster;
  cluster.server.add(3, "a", kCbc, "key1");
  cluster.server.faults[target(1)] = {{504, true, ""}};
  CHECK(show(cluster.run()) == Rows{"a: 3 aescbc/key1=3"});
  CHECK(cluster.server.scrapes == 3);
}

TEST_CASE("census: a lost reply voids the window") {
  Cluster cluster;
  cluster.server.add(40, "a", kCbc, "key1");
  cluster.server.faults[target(1)] = {{0, true, ""}};
  CHECK(show(cluster.run()) == Rows{"a: 40 aescbc/key1=40"});
  CHECK(cluster.server.scrapes == 3);
  CHECK(cluster.server.reads < 80);  // the rest of the void window was not read
}

TEST_CASE("census: replies that are lost again and again leave the objects unknown") {
  Cluster cluster;
  cluster.server.add(1, "a", kCbc, "key1");
  cluster.server.add(1, "b", kCbc, "key1");
  for (int i = 0; i < 1000; ++i) cluster.server.faults[target(0)].push_back({0, true, ""});
  CHECK(show(cluster.run()) == Rows{"a: 1? (1 unmeasured)", "b: 1 aescbc/key1=1"});
}

// Does something once, when the census has made `reads` reads.
void once_after(Cluster& cluster, std::uint64_t reads, std::function<void(MetricsServer&)> what) {
  cluster.server.before_reply = [&server = cluster.server, reads, what,
                                 done = false](const std::string&) mutable {
    if (done || server.reads < reads) return;
    done = true;
    what(server);
  };
}

TEST_CASE("census: windows that something happened in are repeated") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key1");
  cluster.server.add(6, "b", "identity", "");
  SECTION("a new connection") {
    once_after(cluster, 3, [](MetricsServer& server) { ++server.connections; });
  }
  SECTION("a restart, which breaks the connection") {
    once_after(cluster, 3, [](MetricsServer& server) {
      server.restart();
      server.process_start = 2000;
      ++server.connections;
    });
  }
  SECTION("a reload") {
    once_after(cluster, 3, [](MetricsServer& server) { ++server.reloads; });
  }
  CHECK(show(cluster.run()) == Rows{"a: 6 aescbc/key1=6", "b: 6 identity=6"});
  CHECK(cluster.server.scrapes == 1 + 2 + 2);
}

TEST_CASE("census: behind a proxy that spreads requests nothing is claimed, not even in hindsight") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key1");
  cluster.server.add(6, "b", kCbc, "key1");
  cluster.server.add(6, "c", kCbc, "key1");
  SECTION("another process answers on the same connection") {
    once_after(cluster, 8, [](MetricsServer& server) { server.process_start = 2000; });
  }
  SECTION("reads that this process never saw") {
    once_after(cluster, 8, [](MetricsServer& server) { server.configured = false; });
  }
  const CensusResult result = cluster.run();
  CHECK(show(result) ==
        Rows{"a: 6? (6 unmeasured)", "b: 6? (6 unmeasured)", "c: 6? (6 unmeasured)"});
  for (const coverage::NamespaceCount& count : result.namespaces) CHECK(count.notes.size() == 1);
  CHECK(result.spread);
  CHECK(cluster.server.reads == 18);
}

TEST_CASE("census: a server that encrypts nothing") {
  Cluster cluster;
  cluster.server.configured = false;
  cluster.server.add(6, "a", "identity", "");
  SECTION("is plaintext, if nothing is hidden") {
    CHECK(show(cluster.run()) == Rows{"a: 6 identity=6"});
  }
  SECTION("also beside other resources that it encrypts") {
    cluster.server.count_read({"", "", kCbc, "key1"}, "configmaps");
    CHECK(show(cluster.run()) == Rows{"a: 6 identity=6"});
  }
  SECTION("is unknown on a release that mixes resources, where others are encrypted") {
    cluster.server.resource_label = false;
    cluster.server.minor = "30";
    cluster.server.count_read({"", "", kCbc, "key1"}, "configmaps");
    cluster.server.before_reply = [&server = cluster.server](const std::string& target) {
      if (target.find("/secrets/") != std::string::npos)
        server.count_read({"", "", kCbc, "key1"}, "configmaps");
    };
    CHECK(show(cluster.run()) == Rows{"a: 6? aescbc/key1=0..6"});
  }
  SECTION("is unknown if metrics are turned off") {
    cluster.server.disabled_metrics = 1;
    CHECK(show(cluster.run()) == Rows{"a: 6? (6 unmeasured)"});
  }
}

TEST_CASE("census: an old object under an older key of the same name is not taken for a current one") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key1");
  cluster.server.objects[0].older_of_name = true;
  const CensusResult result = cluster.run();
  const coverage::Coverage row = coverage::classify(
      result.namespaces.at(0), {encryption::StoredUnder{encryption::Provider::aescbc, "key1"}, ""});
  CHECK(row.current == 5);
  CHECK(row.unknown == 1);
  CHECK(row.percent() == 83U);
}

TEST_CASE("census: a large namespace is measured in several windows") {
  Cluster cluster;
  cluster.server.add(static_cast<int>(2 * kWindowObjects + 1), "a", kCbc, "key1");
  CHECK(show(cluster.run()) == Rows{fmt::format("a: {0} aescbc/key1={0}", 2 * kWindowObjects + 1)});
  CHECK(cluster.server.scrapes == 4);
}

// So many namespaces of `objects` Secrets each.
void add_namespaces(Cluster& cluster, int namespaces, int objects, const std::string& outer,
                    const std::string& key) {
  for (int i = 0; i < namespaces; ++i)
    cluster.server.add(objects, fmt::format("n{}", 1000 + i), outer, key);
}

TEST_CASE("census: many namespaces under one key take few windows") {
  Cluster cluster;
  add_namespaces(cluster, 300, 2, kCbc, "key1");
  const CensusResult result = cluster.run();
  REQUIRE(result.namespaces.size() == 300);
  for (const coverage::NamespaceCount& count : result.namespaces) {
    CHECK(count.exact);
    CHECK(count.total == 2);
    REQUIRE(count.keys.size() == 1);
    CHECK(count.keys[0].under == encryption::StoredUnder{encryption::Provider::aescbc, "key1"});
    CHECK(count.keys[0].min == 2);
    CHECK(count.keys[0].max == 2);
  }
  CHECK(cluster.server.reads == 600);
  CHECK(cluster.server.scrapes == 2);
}

TEST_CASE("census: a window never holds more than its limit, however many namespaces") {
  Cluster cluster;
  add_namespaces(cluster, 20, static_cast<int>(kWindowObjects / 10), kCbc, "key1");
  std::uint64_t reads = 0;
  std::uint64_t most = 0;
  cluster.server.before_reply = [&, &server = cluster.server](const std::string& path) {
    if (path != "/metrics") return;
    most = std::max(most, server.reads - reads);
    reads = server.reads;
  };
  CHECK(cluster.run().namespaces.size() == 20);
  CHECK(most == kWindowObjects);
}

TEST_CASE("census: in a window of namespaces the one that is unlike the others is found") {
  Cluster cluster;
  add_namespaces(cluster, 9, 2, kCbc, "key1");
  fakes::StoredObject& odd = cluster.server.objects[4];
  std::string expected = "2 aescbc/key1=2";
  SECTION("another key") {
    odd.key = "key2";
    expected = "2 aescbc/key1=1 aescbc/key2=1";
  }
  SECTION("plaintext") {
    odd.outer = "identity";
    odd.key = "";
    expected = "2 identity=1 aescbc/key1=1";
  }
  SECTION("deleted") {
    odd.status = 404;
    expected = "1 aescbc/key1=1";
  }
  SECTION("cannot be read") {
    odd.status = 500;
    expected = "2? (1 unmeasured) aescbc/key1=1";
  }
  SECTION("maybe under an older key of the same name") { odd.older_of_name = true; }
  SECTION("cannot be read, under a key of its own") {
    odd.key = "key9";
    odd.status = 500;
    expected = "2? (1 unmeasured) aescbc/key1=1";
  }
  SECTION("noise") { disturb(cluster, 0, 5, {"", "", "identity", ""}); }
  SECTION("noise under the same key") { disturb(cluster, 0, 5, {"", "", kCbc, "key1"}); }
  const CensusResult result = cluster.run();
  REQUIRE(result.namespaces.size() == 9);
  for (std::size_t i = 0; i < 9; ++i) {
    const coverage::NamespaceCount& count = result.namespaces[i];
    const std::string rest = i == 2 ? expected : "2 aescbc/key1=2";
    CHECK(show(count) == fmt::format("{}: {}", count.name_space, rest));
    // A failed read counts against its key's name, for good or not.
    const bool failed_first = odd.older_of_name || (odd.status == 500 && odd.key == "key1");
    CHECK(count.keys[0].shadowed == (failed_first && i == 2 ? 1 : 0));
  }
  CHECK(cluster.server.scrapes <= 1 + 6);
}

TEST_CASE("census: progress goes forward and ends at the total") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key1");
  cluster.server.add(4, "b", kCbc, "key1");
  disturb(cluster, 0, 6, {"", "", "identity", ""});
  std::uint64_t last = 0;
  cluster.options.progress = [&last](std::uint64_t done, std::uint64_t total) {
    CHECK(total == 10);
    CHECK(done >= last);
    last = done;
  };
  cluster.run();
  CHECK(last == 10);
}

TEST_CASE("census: writes of others during the run tell the key after a reload") {
  Cluster cluster;
  cluster.server.add(6, "a", kCbc, "key1");
  cluster.server.count_write(kCbc, "key1");
  cluster.server.reloads = 1;
  once_after(cluster, 3, [](MetricsServer& server) { server.count_write(kBox, "key2"); });
  const CensusResult result = cluster.run();
  CHECK(decide_write_key(result.evidence, nullptr).under ==
        encryption::StoredUnder{encryption::Provider::secretbox, "key2"});
}

}  // namespace
}  // namespace kencrypt::census
