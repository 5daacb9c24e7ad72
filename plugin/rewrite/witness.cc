#include "rewrite/witness.h"

#include <optional>
#include <ranges>

#include "rewrite/flights.h"
#include "rewrite/object_task.h"

namespace kencrypt::rewrite {
namespace {

Work named(const Witness& witness) {
  Work work;
  work.target = witness.target;
  work.object = witness.object;
  return work;
}

std::optional<Step> step(http::Transport& transport, ObjectTask& task) {
  const auto response = http::call(transport, task.request(), kMaxObjectBytes);
  if (!response) return std::nullopt;
  return task.on_reply(response->head, response->body.view(), false);
}

// nullopt: this one cannot tell.
std::optional<WriteKey> ask(http::Transport& transport, const kube::Resource& resource, Strategy strategy,
                            const Witness& witness) {
  ObjectTask task(resource, strategy, named(witness), kube::DryRun::none);
  const auto read = step(transport, task);
  if (!read || read->next != Step::Next::send || task.resource_version() != witness.resource_version)
    return std::nullopt;
  const auto written = step(transport, task);
  if (!written || written->next != Step::Next::finished) return std::nullopt;
  if (written->outcome == Outcome::unchanged) return WriteKey::same;
  if (written->outcome == Outcome::rewritten) return WriteKey::other;
  return std::nullopt;
}

}  // namespace

WriteKey ask_write_key(http::Transport& transport, const std::vector<Target>& targets, Strategy strategy,
                       const std::vector<Witness>& witnesses) {
  for (const Witness& witness : std::views::reverse(witnesses)) {
    if (witness.target >= targets.size()) continue;
    if (const auto key = ask(transport, targets[witness.target].resource, strategy, witness)) return *key;
  }
  return WriteKey::unknown;
}

}  // namespace kencrypt::rewrite
