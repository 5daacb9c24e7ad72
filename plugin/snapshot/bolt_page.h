// One page of a bbolt file: a header, and elements that name a key and a value or a child page.
//
// go.etcd.io/bbolt internal/common/page.go. Nothing is believed: every length is checked, and the
// data of elements must follow each other as bbolt writes them (internal/common/inode.go,
// WriteInodeToPage), so that no byte can be counted twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace kencrypt::snapshot {

enum class PageKind : std::uint16_t { branch = 0x01, leaf = 0x02, meta = 0x04, freelist = 0x10 };

struct PageHeader {
  std::uint64_t id = 0;
  std::uint16_t flags = 0;     // exactly one PageKind
  std::uint16_t count = 0;     // elements
  std::uint32_t overflow = 0;  // pages that belong to this one and follow it

  // `bytes` holds at least kPageHeaderSize.
  static PageHeader parse(std::string_view bytes);
  bool is(PageKind kind) const { return flags == static_cast<std::uint16_t>(kind); }
};

// A page with its overflow pages, or a bucket within a leaf's value.
struct Page {
  std::uint64_t id =
      0;  // the page that errors name; that of the parent for a bucket within a value
  PageHeader header;
  std::string_view bytes;    // header included; as long as the bytes were read for
  std::uint64_t offset = 0;  // of bytes[0] in the file
};

struct LeafElement {
  bool bucket = false;
  std::string_view key;
  std::string_view value;
  std::uint64_t value_offset = 0;  // in the file
  std::uint64_t page = 0;          // that it is on, for errors
};

struct BranchElement {
  std::string_view key;
  std::uint64_t child = 0;
};

// Goes over the elements of a page in order.
class PageElements {
 public:
  // `page` and its bytes must outlive this.
  explicit PageElements(const Page& page);

  // The next one, nullopt after the last. Errors: config (names page and element), if an element
  // reaches out of the page or into another one, or has a key longer than bbolt's limit. Call only
  // the one that is for the page's kind.
  Result<std::optional<LeafElement>> next_leaf();
  Result<std::optional<BranchElement>> next_branch();
  // Where in the page the data of the elements so far ends.
  std::size_t taken() const { return static_cast<std::size_t>(taken_); }

 private:
  // Takes `size` bytes of data at `pos` after the element itself.
  Result<std::string_view> take(std::size_t element, std::uint64_t pos, std::uint64_t size);
  std::optional<std::size_t> next_element() const;

  const Page* page_;
  std::uint32_t index_ = 0;
  std::uint64_t taken_;  // where in the page free data begins
};

// "page 12: WHAT; the file is damaged, ...", of kind config.
std::unexpected<Error> damaged(std::uint64_t page, std::string_view what);

}  // namespace kencrypt::snapshot
