// What of a run has been handed out and what is finished: the bookkeeping behind a checkpoint. Bounded by
// what is on its way, kMaxFailuresNamed failures and kWitnesses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "rewrite/checkpoint.h"
#include "rewrite/object_task.h"

namespace kencrypt::rewrite {

class Ledger {
 public:
  // `before`: what earlier runs have finished.
  explicit Ledger(const std::optional<Checkpoint>& before);

  // An object is going to be written. `in_order`: it is the next one of its target's list.
  void hand_out(const OpenObject& object, bool in_order);
  // It is finished, and its version is now `resource_version` if it was written or left alone.
  void finish(const OpenObject& object, Outcome outcome, std::string resource_version);
  // A target could not be listed: the run cannot be gone on with from here.
  void lose_target() { usable_ = false; }

  // Whether checkpoint() says all that a later run has to know, and spares it anything. What alone decides if
  // it is saved.
  bool worth_saving() const { return usable_ && finished_ > 0; }
  Checkpoint checkpoint() const;
  // Objects finished since mark_saved(): what a run that dies now would repeat, beside what is on its way.
  std::size_t unsaved() const { return unsaved_; }
  void mark_saved() { unsaved_ = 0; }

 private:
  void remember(Witness witness);
  void note_revision(const std::string& resource_version);

  std::size_t target_ = 0;
  std::optional<kube::ObjectName> through_;
  std::set<OpenObject> open_;
  std::deque<Witness> witnesses_;
  std::uint64_t finished_ = 0;
  std::uint64_t revision_ = 0;
  std::size_t failed_ = 0;
  std::size_t unsaved_ = 0;
  bool usable_ = true;
};

}  // namespace kencrypt::rewrite
