#include "rewrite/ledger.h"

#include <algorithm>
#include <utility>

#include "kube/revision.h"

namespace kencrypt::rewrite {
namespace {

// Some of them will have been changed by others until they are asked.
constexpr std::size_t kWitnesses = 8;

}  // namespace

Ledger::Ledger(const std::optional<Checkpoint>& before) {
  if (!before) return;
  target_ = before->target;
  through_ = before->through;
  open_.insert(before->open.begin(), before->open.end());
  witnesses_.assign(before->witnesses.begin(), before->witnesses.end());
  finished_ = before->finished;
  revision_ = before->revision;
}

void Ledger::hand_out(const OpenObject& object, bool in_order) {
  open_.insert(object);
  if (!in_order) return;
  target_ = object.target;
  through_ = object.object;
}

void Ledger::finish(const OpenObject& object, Outcome outcome, std::string resource_version) {
  ++unsaved_;
  if (outcome == Outcome::failed) {  // stays open
    if (++failed_ > kMaxFailuresNamed) usable_ = false;
    return;
  }
  ++finished_;
  open_.erase(object);
  if (outcome == Outcome::gone) return;
  note_revision(resource_version);
  remember({object.target, object.object, std::move(resource_version)});
}

// An etcd revision: since KEP-5504 clients may compare them as numbers. From a server that has other ones
// nothing can be told later.
void Ledger::note_revision(const std::string& resource_version) {
  const auto revision = kube::to_revision(resource_version);
  if (!revision) usable_ = false;
  revision_ = std::max(revision_, revision.value_or(0));
}

void Ledger::remember(Witness witness) {
  witnesses_.push_back(std::move(witness));
  if (witnesses_.size() > kWitnesses) witnesses_.pop_front();
}

Checkpoint Ledger::checkpoint() const {
  return {target_,   through_,  {open_.begin(), open_.end()},
          finished_, revision_, {witnesses_.begin(), witnesses_.end()}};
}

}  // namespace kencrypt::rewrite
