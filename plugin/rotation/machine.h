// Which step comes next, from what is known: the journal, the configuration file and what the API servers run. Pure.
//
// The order that never leaves an object unreadable: what is to write reads everywhere before it writes anywhere, it writes
// everywhere before everything is written anew, and what wrote before goes only with the proof that nothing is under it.
// Where a step stands is not remembered but found out again each time, so a run may be killed anywhere.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "rotation/journal.h"

namespace kencrypt::rotation {

enum class Step {
  refuse,    // the file is none of the versions that are known: somebody else has changed it
  converge,  // wait until every API server runs the file as it is
  add,       // let what is to write read
  promote,   // let it write
  rewrite,   // everything that is stored
  prove,     // that nothing is stored as before
  archive,   // keep the old keys elsewhere
  remove,    // take them out
  finish,    // nothing is left to do
};

// What is known now. What a run found out itself counts until it changes the file.
struct Facts {
  std::optional<Version> file;  // which version it is; nullopt: none of them
  bool converged = false;       // every API server runs it and is ready
  bool proven = false;
  bool archived = false;
};

Step next_step(const Journal& journal, const Facts& facts);

// In words, for people: "waiting until every API server runs the file".
std::string_view describe(Step step);

// The way of an operation from its beginning, for progress: "step 4 of 8" is where `next_step` stands in it. A wait is
// there once for each version of the file.
struct Stage {
  Version file = Version::start;
  Step step = Step::converge;
};
std::span<const Stage> stages_of(Operation operation);

}  // namespace kencrypt::rotation
