// A file as a ByteSource, read through one small window.
//
// Not mapped into memory: a file that becomes shorter while it is mapped ends the process (SIGBUS),
// and the pages of a snapshot of 1 GiB would all count as memory of this process.
#pragma once

#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/secret.h"
#include "snapshot/byte_source.h"

namespace kencrypt::snapshot {

class FileSource final : public ByteSource {
 public:
  // What is read ahead at the most, where reads follow each other: few system calls, and it stays
  // in the processor's cache.
  static constexpr std::size_t kMaxWindow = std::size_t{256} << 10;

  // Errors: io (missing, unreadable, a directory; names the path and the system's reason).
  static Result<FileSource> open(const std::filesystem::path& path);

  std::uint64_t size() const override { return state_.size; }
  Result<std::string_view> read(std::uint64_t offset, std::size_t count) override;
  Result<void> unchanged() const override;

 private:
  struct State {
    std::uint64_t size = 0;
    std::int64_t seconds = 0;  // time of modification
    std::int64_t nanoseconds = 0;
    friend bool operator==(const State&, const State&) = default;
  };

  FileSource(UniqueFd fd, State state) : fd_(std::move(fd)), state_(state) {}
  static Result<State> state_of(int fd);
  std::size_t choose_window(std::uint64_t offset, std::size_t count);
  Result<void> fill(std::uint64_t offset, std::size_t count);

  UniqueFd fd_;
  State state_;
  std::vector<char, WipingAllocator<char>> buffer_;  // holds Secrets
  std::uint64_t start_ = 0;  // where in the file the buffer's bytes are from
  std::size_t filled_ = 0;
  std::size_t window_ = 0;
};

}  // namespace kencrypt::snapshot
