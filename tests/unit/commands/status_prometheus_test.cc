#include <catch2/catch.hpp>
#include <sstream>

#include "commands/status_output.h"

namespace kencrypt::commands {
namespace {

using encryption::Provider;

constexpr WallTime kNow{std::chrono::seconds(1'800'000'000)};

StatusResult sample() {
  StatusResult result;
  result.resource = kube::secrets_resource();
  result.write_key = {.under = encryption::StoredUnder{Provider::aescbc, "key2"}, .basis = "because"};
  coverage::NamespaceCount count;
  count.name_space = "a";
  count.total = 9;
  count.keys = {{.under = {Provider::identity, ""}, .min = 1, .max = 1}, {.under = {Provider::aescbc, "key2"}, .min = 5, .max = 8}};
  result.coverage = coverage::make_report({count}, result.write_key);
  return result;
}

std::string text_of(const StatusResult& result) {
  std::ostringstream out;
  print_prometheus(out, result, kNow);
  return out.str();
}

bool has(const std::string& text, const std::string& line) { return ("\n" + text).find("\n" + line + "\n") != std::string::npos; }

TEST_CASE("what is unknown is a series of its own, and the states add up", "[commands]") {
  const std::string text = text_of(sample());
  CHECK(has(text, R"(kubectl_encrypt_status_objects{resource="secrets",object_namespace="a",state="current"} 5)"));
  CHECK(has(text, R"(kubectl_encrypt_status_objects{resource="secrets",object_namespace="a",state="stale"} 0)"));
  CHECK(has(text, R"(kubectl_encrypt_status_objects{resource="secrets",object_namespace="a",state="plaintext"} 1)"));
  CHECK(has(text, R"(kubectl_encrypt_status_objects{resource="secrets",object_namespace="a",state="unknown"} 3)"));
  CHECK(has(text, R"(kubectl_encrypt_status_key_objects{provider="aescbc",key="key2",key_id_hash=""} 5)"));
  CHECK(has(text, R"(kubectl_encrypt_status_key_objects_max{provider="aescbc",key="key2",key_id_hash=""} 8)"));
  CHECK(has(text, R"(kubectl_encrypt_status_write_key{resource="secrets",provider="aescbc",key="key2",key_id_hash=""} 1)"));
  CHECK(has(text, "kubectl_encrypt_status_exact 0"));
  CHECK(has(text, "kubectl_encrypt_status_run_timestamp_seconds 1800000000"));
  CHECK(text.find(R"(kubectl_encrypt_status_info{evidence="census",version="v)") != std::string::npos);
  CHECK(text.find("api_servers") == std::string::npos);
}

TEST_CASE("nothing in a copy that may not be whole is current", "[commands]") {
  StatusResult result = sample();
  coverage::mark_unverified(result.coverage);
  const std::string text = text_of(result);
  CHECK(has(text, R"(kubectl_encrypt_status_objects{resource="secrets",object_namespace="a",state="current"} 0)"));
  CHECK(has(text, R"(kubectl_encrypt_status_objects{resource="secrets",object_namespace="a",state="unknown"} 8)"));
}

TEST_CASE("a write key that is not known is none", "[commands]") {
  StatusResult result = sample();
  result.write_key.under.reset();
  const std::string text = text_of(result);
  CHECK(has(text, R"(kubectl_encrypt_status_write_key_known{resource="secrets"} 0)"));
  CHECK(text.find("status_write_key{") == std::string::npos);
}

TEST_CASE("servers, decryption and what files hold besides", "[commands]") {
  StatusResult result = sample();
  result.servers.emplace();
  result.servers->servers.resize(2);
  result.servers->servers[0].seen = true;
  result.servers->doubt = "one was not seen";
  result.decryption.emplace();
  result.decryption->unreadable = 2;
  result.residue = {{snapshot::Place::free_page, {Provider::identity, ""}, 4}};
  const std::string text = text_of(result);
  CHECK(has(text, R"(kubectl_encrypt_status_api_servers{seen="false"} 1)"));
  CHECK(has(text, "kubectl_encrypt_status_api_servers_agree 0"));
  CHECK(has(text, R"(kubectl_encrypt_status_decryption_objects{outcome="unreadable"} 2)"));
  CHECK(has(text, R"(kubectl_encrypt_status_residue_values{place="free page",provider="identity",key="",key_id_hash=""} 4)"));
  result.evidence = kLogEvidence;
  CHECK(text_of(result).find("status_objects") == std::string::npos);
}

}  // namespace
}  // namespace kencrypt::commands
