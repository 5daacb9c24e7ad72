#include "snapshot/bolt_meta.h"

#include <fmt/format.h>

#include <bit>
#include <optional>

#include "snapshot/little_endian.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::uint32_t kMagic = 0xED0CDAED;
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kMinPageSize = 1024;
constexpr int kPageSizes = 15;        // 1 KiB << 0 to 14, as bbolt tries them
constexpr std::size_t kChecked = 56;  // bytes of the meta that its checksum covers
constexpr std::size_t kMetaSize = kChecked + 8;

// What is at the place of a meta page.
enum class State { valid, not_bolt, big_endian, other_version, bad_checksum };

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

State judge(std::string_view meta) {
  const auto magic = load_le<std::uint32_t>(meta, 0);
  if (magic == std::byteswap(kMagic)) return State::big_endian;
  if (magic != kMagic) return State::not_bolt;
  if (load_le<std::uint32_t>(meta, 4) != kVersion) return State::other_version;
  const bool sound = fnv1a(meta.substr(0, kChecked)) == load_le<std::uint64_t>(meta, kChecked);
  return sound ? State::valid : State::bad_checksum;
}

BoltMeta parse(std::string_view meta) {
  return {.page_size = load_le<std::uint32_t>(meta, 8),
          .root = load_le<std::uint64_t>(meta, 16),
          .freelist = load_le<std::uint64_t>(meta, 32),
          .pages = load_le<std::uint64_t>(meta, 40),
          .txid = load_le<std::uint64_t>(meta, 48)};
}

// The two meta pages, as far as they are there.
struct Metas {
  std::optional<BoltMeta> best;
  State worst = State::not_bolt;  // of those that are not valid: the one that explains the most
};

Result<void> look_at(ByteSource& source, std::uint64_t size, std::uint64_t offset, Metas& metas) {
  if (size < kPageHeaderSize + kMetaSize || offset > size - kPageHeaderSize - kMetaSize) return {};
  TRY_ASSIGN(const std::string_view bytes, source.read(offset + kPageHeaderSize, kMetaSize));
  const State state = judge(bytes);
  if (state != State::valid) {
    if (state != State::not_bolt) metas.worst = state;
    return {};
  }
  const BoltMeta meta = parse(bytes);
  const bool in_place = offset == 0 || offset == meta.page_size;
  if (in_place && (!metas.best || meta.txid > metas.best->txid)) metas.best = meta;
  return {};
}

std::string why_none(State state) {
  switch (state) {
    case State::big_endian:
      return "is a bbolt file of a big-endian machine (s390x), which is not read here; read it "
             "there";
    case State::other_version:
      return "is a bbolt file of a version other than 2, which no etcd writes";
    case State::bad_checksum:
      return "is damaged: neither of its two meta pages has the right checksum";
    case State::not_bolt:
    case State::valid:
      break;
  }
  return "is no etcd snapshot and no db file of etcd: neither of its first two pages is a meta "
         "page of bbolt";
}

Result<void> check_fit(const BoltMeta& meta, std::uint64_t size) {
  if (meta.page_size < kMinPageSize || meta.page_size > kMinPageSize << (kPageSizes - 1) ||
      !std::has_single_bit(meta.page_size))
    return fail(ErrorKind::config,
                fmt::format("has a page size of {} bytes, which bbolt never has", meta.page_size));
  const std::uint64_t there = size / meta.page_size;
  if (meta.pages > there)
    return fail(
        ErrorKind::config,
        fmt::format(
            "is cut short: {} pages of {} bytes are in use, and it holds {}; copy or save it again",
            meta.pages, meta.page_size, there));
  if (meta.root < 2 || meta.root >= meta.pages)
    return fail(ErrorKind::config,
                fmt::format("is damaged: its root is page {}, and its pages are 0 to {}", meta.root,
                            meta.pages));
  return {};
}

}  // namespace

Result<BoltMeta> read_meta(ByteSource& source, std::uint64_t size) {
  Metas metas;
  TRY(look_at(source, size, 0, metas));
  if (metas.best) {
    TRY(look_at(source, size, metas.best->page_size, metas));
  } else {
    for (int i = 0; i < kPageSizes && !metas.best; ++i)
      TRY(look_at(source, size, std::uint64_t{kMinPageSize} << i, metas));
  }
  if (!metas.best) return fail(ErrorKind::config, why_none(metas.worst));
  TRY(check_fit(*metas.best, size));
  return *metas.best;
}

}  // namespace kencrypt::snapshot
