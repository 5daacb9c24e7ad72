#include "snapshot/bolt_walk.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace kencrypt::snapshot {
namespace {

// Whether `key`, the first one of a page, is what the page above says.
Result<void> check_first(const Page& page, const KeySpan& span, std::string_view key) {
  if (span.first.empty() || key == span.first) return {};
  return damaged(page.id, "begins with another key than the page above it says");
}

Result<void> check_last(const Page& page, const KeySpan& span, std::string_view key) {
  if (span.end.empty() || key < span.end) return {};
  return damaged(page.id, "holds keys that belong to the page after it");
}

}  // namespace

Result<void> BoltWalk::run(std::uint64_t root) {
  levels_.push_back({.children = {{root, {}}}, .end = {}});
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next == level.children.size()) {
      levels_.pop_back();
      continue;
    }
    Child& child = level.children[level.next++];
    const bool last = level.next == level.children.size();
    TRY(visit(child.id,
              {std::move(child.first), last ? level.end : level.children[level.next].first}));
  }
  return {};
}

Result<void> BoltWalk::visit(std::uint64_t id, const KeySpan& span) {
  TRY_ASSIGN(const Page page, file_->page(id));
  if (!seen_->add(id, std::uint64_t{page.header.overflow} + 1))
    return damaged(id, "is in use twice, or runs into a page that is");
  if (page.header.is(PageKind::leaf)) return leaf(page, span);
  if (page.header.is(PageKind::branch)) return branch(page, span);
  return damaged(
      id, fmt::format("should be part of a tree, and its flags are {:#x}", page.header.flags));
}

Result<void> BoltWalk::branch(const Page& page, const KeySpan& span) {
  if (page.header.count == 0) return damaged(page.id, "is a branch without children");
  if (levels_.size() > kMaxDepth)
    return damaged(page.id, fmt::format("is more than {} levels deep", kMaxDepth));
  Level level{.children = {}, .end = span.end};
  level.children.reserve(page.header.count);
  PageElements elements(page);
  for (;;) {
    TRY_ASSIGN(const auto element, elements.next_branch());
    if (!element) break;
    if (!level.children.empty() && element->key <= level.children.back().first)
      return damaged(page.id, "its keys do not ascend");
    level.children.push_back({element->child, std::string(element->key)});
  }
  TRY(check_first(page, span, level.children.front().first));
  TRY(check_last(page, span, level.children.back().first));
  levels_.push_back(std::move(level));
  return {};
}

Result<void> BoltWalk::leaf(const Page& page, const KeySpan& span) {
  PageElements elements(page);
  std::optional<std::string_view> before;
  for (;;) {
    TRY_ASSIGN(const auto element, elements.next_leaf());
    if (!element) break;
    if (!before) TRY(check_first(page, span, element->key));
    if (before && element->key <= *before) return damaged(page.id, "its keys do not ascend");
    TRY((*sink_)(*element));
    before = element->key;
  }
  return before ? check_last(page, span, *before) : check_first(page, span, {});
}

}  // namespace kencrypt::snapshot
