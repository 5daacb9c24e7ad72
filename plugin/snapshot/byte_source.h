// Random access to bytes that do not change: a file, or memory in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace kencrypt::snapshot {

// The most that is asked for at once. A page of bbolt holds at least two values before it is split,
// and etcd recommends 10 MiB at the most for one (server/embed/config.go,
// recommendedMaxRequestBytes), so that 64 MiB are three times what any real file needs; more would
// be memory taken on a file's word.
inline constexpr std::size_t kMaxRead = std::size_t{64} << 20;

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // In bytes, as it was when the source was opened.
  virtual std::uint64_t size() const = 0;
  // The `count` bytes at `offset`; the view is valid until the next read. Errors: config, if they
  // are not all within size(); too_large, above kMaxRead; io, also if the file has become shorter.
  virtual Result<std::string_view> read(std::uint64_t offset, std::size_t count) = 0;
  // An error of kind io if somebody has written to the file since it was opened, as far as its size
  // and its time of modification tell: what has been read then fits together by chance only.
  virtual Result<void> unchanged() const = 0;
};

// Bytes that outlive it.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::string_view> read(std::uint64_t offset, std::size_t count) override;
  Result<void> unchanged() const override { return {}; }

 private:
  std::string_view bytes_;
};

// What read() refuses, for all sources alike.
Result<void> check_range(const ByteSource& source, std::uint64_t offset, std::size_t count);

}  // namespace kencrypt::snapshot
