// What has to be remembered of a run so that another process can go on with it: names, never content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kube/resource.h"

namespace kencrypt::rewrite {

// An object and the version that our write left it in. As long as it has that version, writing it once
// more tells whether the write key is still the same: then the server leaves it alone.
struct Witness {
  std::size_t target = 0;
  kube::ObjectName object;
  std::string resource_version;
  friend bool operator==(const Witness&, const Witness&) = default;
};

struct OpenObject {
  std::size_t target = 0;
  kube::ObjectName object;
  friend bool operator==(const OpenObject&, const OpenObject&) = default;
  friend auto operator<=>(const OpenObject&, const OpenObject&) = default;
};

// Everything that the targets before `target` list, and what `target` lists up to and with `through`, is
// finished, but for `open` and for what has been written after `revision`: somebody else may have done so
// while another key was the write key, so that must be written again.
struct Checkpoint {
  std::size_t target = 0;                   // index into Options::targets
  std::optional<kube::ObjectName> through;  // in the order of the list; none: its beginning
  std::vector<OpenObject> open;             // handed out and not finished, or failed
  std::uint64_t finished = 0;               // by this run and those before it
  std::uint64_t revision = 0;               // the newest resourceVersion of what is finished
  std::vector<Witness> witnesses;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;
  // Replaces what was saved before: whatever ends this process afterwards, the next one finds this or
  // something newer. False: it could not be saved, and will not be tried again.
  virtual bool save(const Checkpoint& checkpoint) = 0;
};

}  // namespace kencrypt::rewrite
