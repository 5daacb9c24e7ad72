#include "rewrite/checkpoint_file.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/replace_file.h"

namespace kencrypt::rewrite {
namespace {

constexpr Duration kSyncEvery = std::chrono::seconds(1);
// About 1300 names of at most 320 bytes each.
constexpr std::size_t kMaxFile = 1U << 20;

std::filesystem::path newer_of(const std::filesystem::path& path) { return path.string() + ".newer"; }

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<SavedRun> load_one(const std::filesystem::path& path) {
  TRY_ASSIGN(const SecretBytes text, read_file(path, kMaxFile));
  auto run = parse_checkpoint(text.view());
  if (!run)
    return fail(ErrorKind::config, fmt::format("the checkpoint {} cannot be read: {}; begin anew with --restart",
                                               path.string(), run.error().message));
  return run;
}

bool belongs_to(const CheckpointKey& a, const CheckpointKey& b) {
  return a.cluster == b.cluster && a.selection == b.selection && a.configuration == b.configuration;
}

}  // namespace

CheckpointFile::CheckpointFile(std::filesystem::path path, CheckpointKey key, const Clock& clock,
                               std::function<void(const Error&)> complain)
    : path_(std::move(path)), run_{std::move(key), {}}, clock_(clock), complain_(std::move(complain)) {}

bool CheckpointFile::save(const Checkpoint& checkpoint) {
  run_.checkpoint = checkpoint;
  const bool sync = !synced_at_ || clock_.now() - *synced_at_ >= kSyncEvery;
  const auto saved = sync ? replace_file(path_, checkpoint_text(run_), Sync::yes)
                          : replace_file(newer_of(path_), checkpoint_text(run_), Sync::no);
  if (!saved) {
    complain_(saved.error());
    return false;
  }
  if (sync) synced_at_ = clock_.now();
  return true;
}

// After a power cut PATH.newer may be anything, and after a kill it may be the older one.
Result<std::optional<SavedRun>> load_checkpoint(const std::filesystem::path& path) {
  if (!is_there(path)) return std::nullopt;
  TRY_ASSIGN(SavedRun run, load_one(path));
  if (!is_there(newer_of(path))) return run;
  auto newer = load_one(newer_of(path));
  const bool better =
      newer && belongs_to(newer->key, run.key) && newer->checkpoint.finished >= run.checkpoint.finished;
  return better ? *std::move(newer) : std::move(run);
}

void remove_checkpoint(const std::filesystem::path& path) {
  if (path.empty()) return;
  for (const auto& one : {path, newer_of(path), std::filesystem::path(path.string() + ".tmp"),
                          std::filesystem::path(newer_of(path).string() + ".tmp")}) {
    std::error_code ignored;
    std::filesystem::remove(one, ignored);
  }
}

}  // namespace kencrypt::rewrite
