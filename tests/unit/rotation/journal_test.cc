#include "rotation/journal.h"

#include <catch2/catch.hpp>

namespace kencrypt::rotation {
namespace {

Journal sample() {
  Journal journal{.operation = Operation::disable,
                  .began = "2026-11-27T14:05:01Z",
                  .new_key = "key-\"2\"\n",
                  .provider = "secretbox",
                  .resources = {"secrets", "*.*"},
                  .old_keys = {"aescbc/key1", "kmsv2/vault"},
                  .servers = {{"apiserver-a", "cp-1"}, {"apiserver-b", ""}},
                  .rewritten = true,
                  .proven = "2026-11-27T14:06:01Z",
                  .archive = "/etc/enc.yaml.archive-x"};
  journal.at(Version::start) = KnownVersion{"", ""};
  journal.at(Version::added) = KnownVersion{"sha256:1", "secrets: aescbc/key1"};
  journal.at(Version::final) = KnownVersion{"sha256:3", "secrets: identity"};
  return journal;
}

TEST_CASE("a journal reads as it was written", "[rotation]") {
  const auto read = parse_journal(write_journal(sample()));
  REQUIRE(read);
  CHECK(*read == sample());
}

TEST_CASE("what is no journal is an error that quotes nothing of it", "[rotation]") {
  const std::string whole = write_journal(sample());
  for (const std::string& text : {std::string(), std::string("{}"), whole.substr(0, whole.size() / 2), std::string("secret: abc"),
                                  std::string(R"({"apiVersion":"kubectl-encrypt/v1","kind":"RotationJournal","operation":"destroy"})"),
                                  std::string(R"({"apiVersion":"kubectl-encrypt/v2","kind":"RotationJournal","operation":"rotate"})"),
                                  std::string(R"({"apiVersion":"kubectl-encrypt/v1","kind":"RotationJournal","operation":"rotate"})")}) {
    const auto read = parse_journal(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "it is no journal of this version of the program");
  }
}

TEST_CASE("a hash is that of the last version that has it", "[rotation]") {
  Journal journal = sample();
  CHECK(journal.version_of("") == Version::start);
  CHECK(journal.version_of("sha256:1") == Version::added);
  CHECK(journal.version_of("sha256:2") == std::nullopt);
  journal.at(Version::promoted) = journal.at(Version::added);
  CHECK(journal.version_of("sha256:1") == Version::promoted);
}

}  // namespace
}  // namespace kencrypt::rotation
