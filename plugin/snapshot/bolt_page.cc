#include "snapshot/bolt_page.h"

#include <fmt/format.h>

#include "snapshot/bolt_meta.h"
#include "snapshot/little_endian.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::size_t kElementSize = 16;      // of branch and leaf elements alike
constexpr std::uint32_t kMaxKeySize = 32768;  // bbolt db.go, MaxKeySize
constexpr std::uint32_t kBucketFlag = 0x01;

}  // namespace

std::unexpected<Error> damaged(std::uint64_t page, std::string_view what) {
  return fail(
      ErrorKind::config,
      fmt::format("page {}: {}; the file is damaged, or was copied while etcd wrote to it: copy it "
                  "while etcd is stopped, or take a snapshot with etcdctl",
                  page, what));
}

PageHeader PageHeader::parse(std::string_view bytes) {
  return {.id = load_le<std::uint64_t>(bytes, 0),
          .flags = load_le<std::uint16_t>(bytes, 8),
          .count = load_le<std::uint16_t>(bytes, 10),
          .overflow = load_le<std::uint32_t>(bytes, 12)};
}

PageElements::PageElements(const Page& page)
    : page_(&page), taken_(kPageHeaderSize + std::uint64_t{page.header.count} * kElementSize) {}

std::optional<std::size_t> PageElements::next_element() const {
  if (index_ >= page_->header.count) return std::nullopt;
  return kPageHeaderSize + index_ * kElementSize;
}

Result<std::string_view> PageElements::take(std::size_t element, std::uint64_t pos,
                                            std::uint64_t size) {
  const std::uint64_t start = element + pos;
  if (start < taken_)
    return damaged(page_->id, fmt::format("element {} reaches into what is before it", index_));
  if (start > page_->bytes.size() || size > page_->bytes.size() - start)
    return damaged(page_->id, fmt::format("element {} reaches beyond the end of the page", index_));
  taken_ = start + size;
  return page_->bytes.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(size));
}

Result<std::optional<LeafElement>> PageElements::next_leaf() {
  const auto at = next_element();
  if (!at) return std::nullopt;
  if (*at + kElementSize > page_->bytes.size())
    return damaged(page_->id, fmt::format("has no room for its {} elements", page_->header.count));
  const auto flags = load_le<std::uint32_t>(page_->bytes, *at);
  const auto pos = load_le<std::uint32_t>(page_->bytes, *at + 4);
  const auto key_size = load_le<std::uint32_t>(page_->bytes, *at + 8);
  const auto value_size = load_le<std::uint32_t>(page_->bytes, *at + 12);
  if (key_size > kMaxKeySize)
    return damaged(page_->id, fmt::format("element {} has a key of {} bytes", index_, key_size));
  TRY_ASSIGN(const std::string_view data, take(*at, pos, std::uint64_t{key_size} + value_size));
  ++index_;
  return LeafElement{.bucket = (flags & kBucketFlag) != 0,
                     .key = data.substr(0, key_size),
                     .value = data.substr(key_size),
                     .value_offset = page_->offset + *at + pos + key_size,
                     .page = page_->id};
}

Result<std::optional<BranchElement>> PageElements::next_branch() {
  const auto at = next_element();
  if (!at) return std::nullopt;
  if (*at + kElementSize > page_->bytes.size())
    return damaged(page_->id, fmt::format("has no room for its {} elements", page_->header.count));
  const auto pos = load_le<std::uint32_t>(page_->bytes, *at);
  const auto key_size = load_le<std::uint32_t>(page_->bytes, *at + 4);
  if (key_size > kMaxKeySize)
    return damaged(page_->id, fmt::format("element {} has a key of {} bytes", index_, key_size));
  TRY_ASSIGN(const std::string_view key, take(*at, pos, key_size));
  ++index_;
  return BranchElement{.key = key, .child = load_le<std::uint64_t>(page_->bytes, *at + 8)};
}

}  // namespace kencrypt::snapshot
