#include "snapshot/bolt_walk.h"

#include <fmt/format.h>

namespace kencrypt::snapshot {

Result<void> BoltWalk::run(std::uint64_t root) {
  levels_.push_back({.children = {root}});
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next == level.children.size()) {
      levels_.pop_back();
      continue;
    }
    TRY(visit(level.children[level.next++]));
  }
  return {};
}

Result<void> BoltWalk::visit(std::uint64_t id) {
  TRY_ASSIGN(const Page page, file_->page(id));
  if (!seen_->add(id, std::uint64_t{page.header.overflow} + 1))
    return damaged(id, "is in use twice, or runs into a page that is");
  if (page.header.is(PageKind::leaf)) return leaf(page);
  if (page.header.is(PageKind::branch)) return branch(page);
  return damaged(
      id, fmt::format("should be part of a tree, and its flags are {:#x}", page.header.flags));
}

Result<void> BoltWalk::branch(const Page& page) {
  if (page.header.count == 0) return damaged(page.id, "is a branch without children");
  if (levels_.size() > kMaxDepth)
    return damaged(page.id, fmt::format("is more than {} levels deep", kMaxDepth));
  Level level;
  level.children.reserve(page.header.count);
  PageElements elements(page);
  std::string_view before;
  for (;;) {
    TRY_ASSIGN(const auto element, elements.next_branch());
    if (!element) break;
    if (!level.children.empty() && element->key <= before)
      return damaged(page.id, "its keys do not ascend");
    before = element->key;
    level.children.push_back(element->child);
  }
  levels_.push_back(std::move(level));
  return {};
}

Result<void> BoltWalk::leaf(const Page& page) {
  PageElements elements(page);
  std::string_view before = last_key_;
  bool first = first_leaf_;
  for (;;) {
    TRY_ASSIGN(const auto element, elements.next_leaf());
    if (!element) break;
    if (!first && element->key <= before) return damaged(page.id, "its keys do not ascend");
    TRY((*sink_)(*element));
    before = element->key;
    first = false;
  }
  last_key_.assign(before);
  first_leaf_ = first;
  return {};
}

}  // namespace kencrypt::snapshot
