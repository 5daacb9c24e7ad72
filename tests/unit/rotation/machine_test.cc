// Which step comes next, for every operation and everything that may be known: a kill changes nothing but that a run
// begins again with knowing nothing.
#include "rotation/machine.h"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

namespace kencrypt::rotation {
namespace {

Journal journal_of(Operation operation, bool rewritten = false) {
  Journal journal{.operation = operation, .new_key = "new", .old_keys = {"aescbc/old"}, .rewritten = rewritten};
  journal.at(Version::start) = KnownVersion{"sha256:0", "start"};
  return journal;
}

struct Row {
  std::optional<Version> file;
  bool converged;
  bool rewritten;
  bool proven;
  bool archived;
  Step rotate;
  Step enable;
};

TEST_CASE("the next step, by all that is known", "[rotation]") {
  const auto row = GENERATE(values<Row>({
      {std::nullopt, true, true, true, true, Step::refuse, Step::refuse},
      {Version::start, false, false, false, false, Step::converge, Step::add},
      {Version::start, true, false, false, false, Step::add, Step::add},
      {Version::added, false, false, false, false, Step::converge, Step::converge},
      {Version::added, true, false, false, false, Step::promote, Step::promote},
      {Version::promoted, false, false, false, false, Step::converge, Step::converge},
      {Version::promoted, true, false, false, false, Step::rewrite, Step::rewrite},
      {Version::promoted, true, false, true, true, Step::rewrite, Step::rewrite},
      {Version::promoted, true, true, false, false, Step::prove, Step::prove},
      {Version::promoted, true, true, false, true, Step::prove, Step::prove},
      {Version::promoted, true, true, true, false, Step::archive, Step::finish},
      {Version::promoted, false, true, true, true, Step::converge, Step::converge},
      {Version::promoted, true, true, true, true, Step::remove, Step::finish},
      {Version::final, false, true, true, true, Step::converge, Step::converge},
      {Version::final, true, true, false, false, Step::finish, Step::finish},
  }));
  const Facts facts{row.file, row.converged, row.proven, row.archived};
  CHECK(next_step(journal_of(Operation::rotate, row.rewritten), facts) == row.rotate);
  CHECK(next_step(journal_of(Operation::disable, row.rewritten), facts) == row.rotate);
  CHECK(next_step(journal_of(Operation::enable, row.rewritten), facts) == row.enable);
}

// A cluster in memory: what the file is and what the servers run.
struct World {
  explicit World(Operation operation) : journal(journal_of(operation)) {}

  // What holds whenever the file or the stored objects change.
  void take(Step step) {
    taken.push_back(step);
    switch (step) {
      case Step::converge: servers = file, facts.converged = true; return;
      case Step::add: return change(Version::added);
      case Step::promote: CHECK(servers == Version::added); return change(Version::promoted);
      case Step::rewrite: CHECK(servers == Version::promoted); journal.rewritten = stored_anew = true; return;
      case Step::prove: CHECK(stored_anew); facts.proven = true; facts.converged = false; return;
      case Step::archive: kept = true, facts.archived = true; return;
      case Step::remove:
        CHECK((servers == Version::promoted && stored_anew && facts.proven && kept));
        return change(Version::final);
      case Step::refuse:
      case Step::finish: FAIL("no step");
    }
  }
  void change(Version version) {
    file = version;
    facts = {};
  }
  void kill() { facts = {}; }
  Step next() {
    facts.file = file;
    return next_step(journal, facts);
  }

  Journal journal;
  Facts facts;
  Version file = Version::start;
  Version servers = Version::start;
  bool stored_anew = false;
  bool kept = false;
  std::vector<Step> taken;
};

TEST_CASE("killed before and after every step, it goes on in the same order and ends", "[rotation]") {
  const auto operation = GENERATE(Operation::enable, Operation::rotate, Operation::disable);
  for (std::size_t killed_after = 0; killed_after < 12; ++killed_after) {
    World world(operation);
    for (std::size_t n = 0; world.next() != Step::finish; ++n) {
      REQUIRE(n < 40);
      if (n == killed_after) world.kill();
      world.take(world.next());
    }
    CHECK(world.stored_anew);
    CHECK(world.servers == world.file);
    CHECK(world.file == (operation == Operation::enable ? Version::promoted : Version::final));
    CHECK(world.kept == (operation != Operation::enable));
  }
}

TEST_CASE("the stages shown are the steps that are taken, in their order", "[rotation]") {
  const auto operation = GENERATE(Operation::enable, Operation::rotate, Operation::disable);
  World world(operation);
  std::size_t at = 0;
  while (world.next() != Step::finish) {
    const Step step = world.next();
    const auto stages = stages_of(operation);
    if (at < stages.size() && stages[at].file == world.file && stages[at].step == step) ++at;
    world.take(step);
  }
  CHECK(at == stages_of(operation).size());
}

}  // namespace
}  // namespace kencrypt::rotation
