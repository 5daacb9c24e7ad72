#include "snapshot/free_pages.h"

#include <algorithm>

#include "snapshot/key_value_message.h"
#include "snapshot/revision_key.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::uint64_t kFirstPage = 2;  // behind the meta pages

// Whether these are the first bytes of what bbolt has written as page `id`: 8 bytes that say so,
// and one flag.
bool is_head(const PageHeader& header, std::uint64_t id) {
  return header.id == id && (header.is(PageKind::branch) || header.is(PageKind::leaf) ||
                             header.is(PageKind::freelist) || header.is(PageKind::meta));
}

}  // namespace

Result<FreePageFacts> FreePageScan::run(std::uint64_t size) {
  const std::uint64_t end = size / file_->meta().page_size;
  for (std::uint64_t page = kFirstPage; page < end;) {
    if (in_use(page)) {
      fragments_.gap();
      ++page;
      continue;
    }
    TRY_ASSIGN(const std::uint64_t count, extent(page, end));
    TRY(look_at(page, count));
    facts_.pages += count;
    page += count;
  }
  facts_.fragments = fragments_.found();
  return facts_;
}

// A page's overflow pages may have been used again for others since. The first of those that were
// begins with a header of its own: had it been written as part of an earlier one, `page` would be
// gone as well.
Result<std::uint64_t> FreePageScan::extent(std::uint64_t page, std::uint64_t end) {
  const std::uint64_t page_size = file_->meta().page_size;
  TRY_ASSIGN(std::string_view bytes, file_->source().read(page * page_size, kPageHeaderSize));
  const PageHeader header = PageHeader::parse(bytes);
  if (!is_head(header, page)) return 1;
  const std::uint64_t most = std::min<std::uint64_t>(
      {std::uint64_t{header.overflow} + 1, end - page, kMaxRead / page_size});
  for (std::uint64_t count = 1; count < most; ++count) {
    if (in_use(page + count)) return count;
    TRY_ASSIGN(bytes, file_->source().read((page + count) * page_size, kPageHeaderSize));
    if (is_head(PageHeader::parse(bytes), page + count)) return count;
  }
  return most;
}

Result<void> FreePageScan::look_at(std::uint64_t page, std::uint64_t count) {
  const std::uint64_t page_size = file_->meta().page_size;
  TRY_ASSIGN(const std::string_view bytes,
             file_->source().read(page * page_size, static_cast<std::size_t>(count * page_size)));
  const PageHeader header = PageHeader::parse(bytes);
  if (is_head(header, page) && header.is(PageKind::leaf))
    return leaf({.id = page, .header = header, .bytes = bytes, .offset = page * page_size});
  fragments_.feed(bytes);
  return {};
}

// What no element accounts for is looked at as fragments: the end of a page that was cut.
Result<void> FreePageScan::leaf(const Page& page) {
  fragments_.gap();
  PageElements elements(page);
  for (;;) {
    const auto next = elements.next_leaf();
    if (!next) break;  // reaches out of the page: its end was used again
    if (!*next) return {};
    TRY_ASSIGN(const bool whole, element(**next));
    if (whole) continue;
    fragments_.feed((*next)->value);
    fragments_.gap();
  }
  fragments_.feed(page.bytes.substr(std::min(elements.taken(), page.bytes.size())));
  return {};
}

// False for what is a revision's by its key, and none by its value.
Result<bool> FreePageScan::element(const LeafElement& element) {
  const auto key = RevisionKey::parse(element.key);
  if (!key || key->tombstone || element.value.empty()) return true;
  const auto kv = parse_key_value(element.value);
  if (!kv) return false;
  if (!met_->add(key->revision)) {
    ++facts_.copies;
    return true;
  }
  ++facts_.values;
  if (kv->key.starts_with(prefix_)) TRY((*sink_)(Place::free_page, *kv));
  return true;
}

}  // namespace kencrypt::snapshot
