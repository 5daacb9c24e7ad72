// The whole of the checks, on servers that answer by a script.
#include "control_plane/preflight.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/sha256.h"
#include "documents.h"
#include "fakes/fake_clock.h"

namespace kencrypt::control_plane {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string page_of(const std::string& id, const std::string& configuration) {
  return documents::page(
      documents::kBuild +
      "apiserver_encryption_config_controller_last_config_info{apiserver_id_hash=\"" +
      sha256_label(id) + "\",hash=\"" + configuration + "\"} 1\n" +
      "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-0\"} 4096\n"
      "apiserver_resource_objects{group=\"\",resource=\"secrets\"} 2\n");
}

struct Answer {
  int status = 200;
  std::string body;
};

// Answers each request at once, by the path without its query.
class Server final : public http::Transport {
 public:
  Server(std::map<std::string, Answer> answers, std::vector<std::string>& log)
      : answers_(std::move(answers)), log_(log) {}
  http::RequestId start(http::Request request, http::Receiver& receiver) override {
    pending_ = {request.target.substr(0, request.target.find('?')), &receiver};
    return 1;
  }
  void cancel(http::RequestId) override {}
  void run_once(TimePoint) override {
    if (pending_.second == nullptr) return;
    const auto [path, receiver] = std::exchange(pending_, {});
    log_.push_back(path);
    const auto found = answers_.find(path);
    const Answer answer = found == answers_.end() ? Answer{404, "{}"} : found->second;
    receiver->on_head({answer.status, {}});
    receiver->on_body(answer.body);
    receiver->on_done({});
  }
  std::uint64_t connections_opened() const override { return 1; }

 private:
  std::map<std::string, Answer> answers_;
  std::vector<std::string>& log_;
  std::pair<std::string, http::Receiver*> pending_;
};

const std::string kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
const std::string kSlices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
const std::string kMigrations = "/apis/storagemigration.k8s.io/v1/storageversionmigrations";

struct World {
  World() {
    first = {{"/metrics", {200, page_of("a", "sha256:1")}},
             {kLeases,
              {200, documents::lease_list(documents::lease("a", "n1", "") + "," +
                                          documents::lease("b", "n2", ""))}},
             {kSlices, {200, documents::kSlices}}};
    direct = {{"10.0.0.1", {200, page_of("a", "sha256:1")}},
              {"10.0.0.2", {200, page_of("b", "sha256:1")}},
              {"fd00::1", {200, page_of("b", "sha256:1")}}};
  }
  Findings run() {
    Server transport(first, log);
    const fakes::FakeClock clock;
    return preflight(plan, {transport, clock, endpoint,
                            [this](const http::Endpoint& to, Duration) { return connect(to); }});
  }
  Result<std::unique_ptr<http::Transport>> connect(const http::Endpoint& to) {
    connected.push_back(to.host);
    if (to.host == endpoint.host) {
      const std::size_t turn = balanced++ % behind_balancer.size();
      return std::make_unique<Server>(
          std::map<std::string, Answer>{{"/metrics", behind_balancer[turn]}}, log);
    }
    const auto found = direct.find(to.host);
    if (found == direct.end()) return fail(ErrorKind::unreachable, "no route");
    return std::make_unique<Server>(std::map<std::string, Answer>{{"/metrics", found->second}},
                                    log);
  }

  http::Endpoint endpoint{.scheme = "https",
                          .host = "lb",
                          .port = 443,
                          .base_path = "",
                          .tls_server_name = "",
                          .trust = http::Trust::given_roots,
                          .roots = "",
                          .proxy = ""};
  std::map<std::string, Answer> first;
  std::map<std::string, Answer> direct;
  std::vector<Answer> behind_balancer{{200, page_of("a", "sha256:1")}};
  std::size_t balanced = 0;
  std::vector<std::string> connected;
  std::vector<std::string> log;
  Plan plan{{{kube::secrets_resource(), 2}}, {}, {}};
};

TEST_CASE("servers are asked at their addresses", "[control_plane]") {
  World world;
  const Findings findings = world.run();
  CHECK(findings.refusals.empty());
  CHECK(findings.note == "");
  CHECK(findings.configuration == "sha256:1");
  CHECK(world.connected == std::vector<std::string>{"10.0.0.1", "10.0.0.2", "fd00::1"});
  world.direct["10.0.0.2"] = {200, page_of("b", "sha256:2")};
  CHECK(world.run().refusals.size() == 1);
}

TEST_CASE("one server needs one page", "[control_plane]") {
  World world;
  world.first[kLeases] = {200, documents::lease_list(documents::lease("a", "n1", ""))};
  CHECK(world.run().configuration == "sha256:1");
  CHECK(world.connected.empty());
}

TEST_CASE("where addresses are out of reach the balancer leads on, but not for ever",
          "[control_plane]") {
  World world;
  world.direct.clear();
  SECTION("it leads to the other") {
    world.behind_balancer = {{200, page_of("a", "sha256:1")}, {200, page_of("b", "sha256:2")}};
    CHECK(world.run().refusals.size() == 1);
    CHECK(world.connected == std::vector<std::string>{"10.0.0.1", "lb", "lb"});
  }
  SECTION("it does not") {
    const Findings findings = world.run();
    CHECK(findings.note ==
          "could not check that all API servers run one configuration (1 of 2 could not be "
          "reached, b on n2)");
    CHECK_FALSE(findings.configuration);
    CHECK(world.balanced == 2 * kPagesAServer);
  }
  SECTION("credentials go to no address that nobody checks") {
    world.endpoint.trust = http::Trust::nobody_checks;
    world.run();
    CHECK(world.connected.front() == "lb");
  }
}

TEST_CASE("a Lease whose server is at no address is not looked for behind the balancer",
          "[control_plane]") {
  World world;
  world.direct["10.0.0.2"] = world.direct["fd00::1"] = {200, page_of("a", "sha256:1")};
  CHECK(contains(world.run().note, "1 of 2 could not be reached"));
  CHECK(world.balanced == 0);
}

TEST_CASE("one reason stands once, whatever it hinders", "[control_plane]") {
  World world;
  world.first["/metrics"] = {
      403, R"({"kind":"Status","reason":"Forbidden","message":"no metrics","code":403})"};
  const Findings findings = world.run();
  CHECK(findings.refusals.empty());
  CHECK(contains(findings.note,
                 "could not check that all API servers run one configuration and that no KMS key "
                 "changed just now and that etcd has room (reading /metrics: "));
  world.plan.skip = {Check::servers, Check::kms};
  CHECK(world.run().note.starts_with("could not check that etcd has room ("));
}

TEST_CASE("Leases that cannot be read leave the comparison open", "[control_plane]") {
  World world;
  world.first[kLeases] = {
      403, R"({"kind":"Status","reason":"Forbidden","message":"no leases","code":403})"};
  const Findings findings = world.run();
  CHECK(contains(findings.note, "one configuration (Error from server (Forbidden): no leases)"));
  CHECK_FALSE(findings.configuration);
}

TEST_CASE("migrations are looked for in what is served", "[control_plane]") {
  World world;
  world.plan.skip = {Check::servers, Check::kms, Check::quota};
  CHECK(world.run().note == "");
  CHECK(world.log ==
        std::vector<std::string>{"/apis/storagemigration.k8s.io", "/apis/migration.k8s.io"});
  world.first["/apis/storagemigration.k8s.io"] = {200, documents::kApiGroup};
  world.first[kMigrations] = {
      200, documents::migration_list(documents::migration("m", "", "secrets", ""))};
  CHECK(world.run().refusals.size() == 1);
  world.first[kMigrations] = {500, "{}"};
  CHECK(contains(world.run().note, "no storage version migration is running"));
}

TEST_CASE("skipping all asks nothing", "[control_plane]") {
  World world;
  world.plan.skip = *parse_checks("all");
  CHECK(world.run().note == "");
  CHECK(world.log.empty());
}

TEST_CASE("several reasons to refuse are all given", "[control_plane]") {
  World world;
  world.direct["10.0.0.2"] = {200, page_of("b", "sha256:2")};
  world.plan.etcd_quota = 1;
  CHECK(world.run().refusals.size() == 2);
}

}  // namespace
}  // namespace kencrypt::control_plane
