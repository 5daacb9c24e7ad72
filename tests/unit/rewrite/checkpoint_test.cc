// The ledger, its text, and its file.
#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>

#include "base/file.h"
#include "fakes/fake_clock.h"
#include "fakes/temp_dir.h"
#include "rewrite/checkpoint_file.h"
#include "rewrite/json_object_list.h"
#include "rewrite/ledger.h"

namespace kencrypt {
namespace {

using rewrite::Checkpoint;
using rewrite::CheckpointFile;
using rewrite::Ledger;
using rewrite::OpenObject;
using rewrite::Outcome;

OpenObject object(const std::string& name, std::size_t target = 0) { return {target, {"ns", name}}; }

Checkpoint example() {
  return {.target = 1,
          .through = kube::ObjectName{"n\"s", "ü"},
          .open = {object("a"), object("b", 1)},
          .finished = 12345678901,
          .revision = 77,
          .witnesses = {{1, {"", "w"}, "76"}}};
}

TEST_CASE("the ledger knows what is open, finished and last in the list", "[checkpoint]") {
  Ledger ledger({});
  CHECK_FALSE(ledger.worth_saving());
  ledger.hand_out(object("a"), true);
  ledger.hand_out(object("b"), true);
  ledger.hand_out(object("0"), false);  // by name: says nothing about the list
  ledger.finish(object("b"), Outcome::rewritten, "9");
  ledger.finish(object("0"), Outcome::gone, "");
  const Checkpoint at = ledger.checkpoint();
  CHECK(at.through == kube::ObjectName{"ns", "b"});
  CHECK(at.open == std::vector{object("a")});
  CHECK(at.finished == 2);
  CHECK(at.revision == 9);
  REQUIRE(at.witnesses.size() == 1);
  CHECK(at.witnesses[0].resource_version == "9");
  CHECK(ledger.worth_saving());
  CHECK(ledger.unsaved() == 2);
  ledger.mark_saved();
  CHECK(ledger.unsaved() == 0);
}

TEST_CASE("what failed stays open, and too much of it is not worth saving", "[checkpoint]") {
  Ledger ledger({});
  ledger.hand_out(object("fine"), true);
  ledger.finish(object("fine"), Outcome::unchanged, "5");
  for (std::size_t i = 0; i < rewrite::kMaxFailuresNamed; ++i) {
    ledger.hand_out(object(std::to_string(i)), true);
    ledger.finish(object(std::to_string(i)), Outcome::failed, "");
  }
  CHECK(ledger.checkpoint().open.size() == rewrite::kMaxFailuresNamed);
  CHECK(ledger.worth_saving());
  ledger.hand_out(object("last"), true);
  ledger.finish(object("last"), Outcome::failed, "");
  CHECK_FALSE(ledger.worth_saving());
}

TEST_CASE("a run with a lost target, or with versions that are no revisions, is not gone on with", "[checkpoint]") {
  Ledger ledger(example());
  CHECK(ledger.worth_saving());
  CHECK(ledger.checkpoint() == example());
  ledger.lose_target();
  CHECK_FALSE(ledger.worth_saving());
  Ledger strange({});
  strange.finish(object("a"), Outcome::rewritten, "v17b");
  CHECK_FALSE(strange.worth_saving());
}

TEST_CASE("a checkpoint survives its text", "[checkpoint]") {
  const rewrite::SavedRun run{{"uid", "secrets/v1 namespace=", "sha256:x"}, example()};
  const auto read = rewrite::parse_checkpoint(rewrite::checkpoint_text(run));
  REQUIRE(read);
  CHECK(read->checkpoint == run.checkpoint);
  CHECK(read->key.cluster == "uid");
  CHECK(read->key.selection == "secrets/v1 namespace=");
  CHECK(read->key.configuration == "sha256:x");
  CHECK(rewrite::parse_checkpoint(rewrite::checkpoint_text({}))->checkpoint == Checkpoint{});
  for (const char* text : {"", "{", "[]", "null", R"({"kind":"RewriteCheckpoint"})", R"({"open":[1]})"})
    CHECK_FALSE(rewrite::parse_checkpoint(text));
}

struct Files {
  CheckpointFile open() {
    return {path, {"c", "s", ""}, clock, [this](const Error& error) { complaint = error.message; }};
  }
  fakes::TempDir directory;
  fakes::FakeClock clock;
  std::filesystem::path path = directory.path() / "run.json";
  std::string complaint;
};

TEST_CASE("the newest of both files counts, and a torn one does not", "[checkpoint]") {
  Files files;
  CHECK_FALSE(*rewrite::load_checkpoint(files.path));
  CheckpointFile file = files.open();
  Checkpoint at = example();
  for (at.finished = 1; at.finished <= 3; ++at.finished) CHECK(file.save(at));
  CHECK((*rewrite::load_checkpoint(files.path))->checkpoint.finished == 3);
  struct stat status {};
  REQUIRE(::stat(files.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  std::ofstream(files.path.string() + ".newer") << "{\"kind\":";
  CHECK((*rewrite::load_checkpoint(files.path))->checkpoint.finished == 1);
  files.clock.advance_to(files.clock.now() + std::chrono::seconds(2));
  at.finished = 9;
  CHECK(file.save(at));
  CHECK((*rewrite::load_checkpoint(files.path))->checkpoint.finished == 9);
  rewrite::remove_checkpoint(files.path);
  CHECK(std::filesystem::is_empty(files.directory.path()));
}

TEST_CASE("a file that cannot be written is told once and ends saving", "[checkpoint]") {
  Files files;
  files.path = "/dev/null/x";
  CheckpointFile file = files.open();
  CHECK_FALSE(file.save(example()));
  CHECK(files.complaint.find("/dev/null/x") != std::string::npos);
}

TEST_CASE("a list of failed objects is read as it was written", "[checkpoint]") {
  const std::vector<rewrite::Target> targets = {
      {kube::secrets_resource(), {}, {}},
      {{.group = "example.com", .version = "v2", .plural = "widgets", .namespaced = false}, {}, {}}};
  const std::vector<rewrite::Failure> failures = {
      {0, {"n", "b"}, "Forbidden", "canary"}, {1, {"", "w"}, "x", "y"}, {0, {"n", "a"}, "x", "y"}};
  const std::string text = rewrite::object_list_text(failures, targets);
  CHECK(text.find("canary") == std::string::npos);
  const auto read = rewrite::parse_object_list(text);
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].names == std::vector<kube::ObjectName>{{"n", "a"}, {"n", "b"}});
  CHECK((*read)[1].resource.version == "v2");
  CHECK_FALSE((*read)[1].resource.namespaced);
  CHECK(rewrite::parse_object_list(rewrite::object_list_text({}, {}))->empty());
  for (const char* bad : {"", "{}", "kind: ObjectList",
                          R"({"apiVersion":"kubectl-encrypt/v1","kind":"ObjectList","items":[{"name":"x"}]})"})
    CHECK_FALSE(rewrite::parse_object_list(bad));
}

}  // namespace
}  // namespace kencrypt
