// A checkpoint as a file that survives the end of this process, and with little loss a power cut: PATH is
// written to the disk once a second, PATH.newer many times a second without waiting for the disk.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "rewrite/checkpoint.h"
#include "rewrite/json_checkpoint.h"

namespace kencrypt::rewrite {

class CheckpointFile final : public CheckpointStore {
 public:
  // `complain` is called once, if it cannot be saved any more. `clock` must outlive this.
  CheckpointFile(std::filesystem::path path, CheckpointKey key, const Clock& clock,
                 std::function<void(const Error&)> complain);
  bool save(const Checkpoint& checkpoint) override;

 private:
  std::filesystem::path path_;
  SavedRun run_;
  const Clock& clock_;
  std::function<void(const Error&)> complain_;
  std::optional<TimePoint> synced_at_;
};

// What was saved last at `path`; nullopt if nothing was. Errors: io; config, for a file that is no
// checkpoint.
Result<std::optional<SavedRun>> load_checkpoint(const std::filesystem::path& path);

// Removes what load_checkpoint() reads.
void remove_checkpoint(const std::filesystem::path& path);

}  // namespace kencrypt::rewrite
