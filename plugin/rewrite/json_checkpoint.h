// The text of a checkpoint file: what it belongs to, and where the run stands. Names, never content.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "rewrite/checkpoint.h"

namespace kencrypt::rewrite {

// What a checkpoint belongs to.
struct CheckpointKey {
  std::string cluster;        // uid of the namespace kube-system
  std::string selection;      // resources, namespaces, selectors, in words
  std::string configuration;  // hash of the encryption configuration of all API servers; "" : not known
};

struct SavedRun {
  CheckpointKey key;
  Checkpoint checkpoint;
};

// One JSON document, of kind RewriteCheckpoint.
std::string checkpoint_text(const SavedRun& run);

// Errors: config, for what is no such document; the message quotes nothing of it.
Result<SavedRun> parse_checkpoint(std::string_view text);

}  // namespace kencrypt::rewrite
