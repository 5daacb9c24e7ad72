#include "commands/removal_check.h"

#include <catch2/catch.hpp>

namespace kencrypt::commands {
namespace {

const std::string kConfig =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
    "- resources: [secrets]\n  providers:\n"
    "  - kms: {apiVersion: v2, name: vault, endpoint: 'unix:///vault'}\n"
    "  - kms: {name: cloud, endpoint: 'unix:///cloud'}\n"
    "  - aescbc: {keys: [{name: old, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}\n";

struct World {
  AskedServers agreeing() const {
    census::ServerAgreement agreement;
    agreement.configuration = ring.hash();
    return {agreement, {}};
  }
  // Of a report in which everything is under the write key.
  std::vector<std::string> reasons(const std::string& key, const AskedServers& before, const AskedServers& after) const {
    coverage::CoverageReport report;
    coverage::Coverage row;
    row.resource = "secrets";
    row.total = 3;
    row.keys = {{{encryption::Provider::kms_v2, "vault"}, 3, 3, 0}};
    report.namespaces.push_back(row);
    const RemovalQuestion question{
        .key = key, .config = &ring, .completeness_doubt = {}, .before = before, .after = after};
    return check_removal(question, report).verdict.reasons;
  }
  bool safe(const std::string& key) const { return reasons(key, agreeing(), agreeing()).empty(); }

  encryption::KeyRing ring = *encryption::parse_key_ring(kConfig);
};

bool contains(const std::vector<std::string>& reasons, std::string_view part) {
  return reasons.size() == 1 && reasons.front().find(part) != std::string::npos;
}

TEST_CASE("a key may go where all servers ran the file before and after the count", "[removal]") {
  const World world;
  CHECK(world.safe("aescbc/old"));
  CHECK(world.safe("old"));
}

TEST_CASE("a plugin is named with the version of its KMS, or for both", "[removal]") {
  const World world;
  CHECK(world.safe("kmsv1/cloud"));
  CHECK(world.safe("cloud"));
  CHECK_FALSE(world.safe("kmsv2/cloud"));
  CHECK(world.safe("kms/cloud"));
  CHECK_FALSE(world.safe("kms/vault"));
  CHECK_FALSE(world.safe("kmsv2/vault"));
  CHECK_FALSE(world.safe("vault"));
}

TEST_CASE("a doubt about the servers counts, whether it was before or after the count", "[removal]") {
  const World world;
  AskedServers differing = world.agreeing();
  differing.agreement->differ = true;
  AskedServers doubtful = world.agreeing();
  doubtful.agreement->doubt = "1 of 2 could not be reached";
  AskedServers another = world.agreeing();
  another.agreement->configuration = "sha256:other";
  const AskedServers silent{std::nullopt, "no answer"};
  const std::vector<std::pair<AskedServers, std::string>> doubts = {
      {differing, "do not all run one configuration"},
      {doubtful, "1 of 2 could not be reached"},
      {another, "another configuration than the given file"},
      {silent, "no answer"},
  };
  for (const auto& [asked, text] : doubts) {
    CAPTURE(text);
    const auto after = world.reasons("old", world.agreeing(), asked);
    CHECK(contains(after, text));
    CHECK_FALSE(contains(after, "when the count began"));
    const auto before = world.reasons("old", asked, world.agreeing());
    CHECK(contains(before, text));
    CHECK(contains(before, "when the count began"));
  }
}

}  // namespace
}  // namespace kencrypt::commands
