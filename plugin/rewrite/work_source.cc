#include "rewrite/work_source.h"

#include <algorithm>
#include <utility>

#include "kube/revision.h"

namespace kencrypt::rewrite {
namespace {

constexpr std::size_t kPagesAtOnce = 2;  // one being handed out, the next on its way
// Objects to be read by name, before another page that could add some is asked for.
constexpr std::size_t kNamesAtOnce = 2000;

}  // namespace

WorkSource::WorkSource(const std::vector<Target>& targets, Strategy strategy, PageLimits limits,
                       const std::optional<Checkpoint>& before)
    : targets_(targets), strategy_(strategy), limits_(limits), before_(before ? &*before : nullptr) {
  if (before)
    for (const OpenObject& open : before->open) read_first_.push_back(by_name(open.target, open.object, true));
  total_ = read_first_.size();
  open_target();
}

void WorkSource::open_target() {
  pages_.reset();
  next_name_ = 0;
  if (target_ >= targets_.size()) return;
  const Target& target = targets_[target_];
  if (!target.names.empty()) {
    total_ += target.names.size();
    return;
  }
  const bool metadata = looking_back() || strategy_ == Strategy::patch;
  pages_.emplace(target.resource, target.selection, metadata ? kube::View::metadata : kube::View::whole,
                 limits_);
  if (looking_back() && target_ == before_->target && !before_->through) end_looking_back();
}

void WorkSource::next_target() {
  if (pages_ && !looking_back()) total_ += pages_->listed();
  if (looking_back() && target_ == before_->target) return end_looking_back();
  ++target_;
  open_target();
}

// From here on with what the earlier run has not seen.
void WorkSource::end_looking_back() {
  const Checkpoint& before = *std::exchange(before_, nullptr);
  open_target();
  if (pages_ && before.through) pages_->begin_behind(*before.through);
}

// Names of what was written since the earlier run, or has a version that says nothing.
void WorkSource::look_through(const Page& page) {
  for (const kube::PageItem& item : page.items) {
    if (target_ == before_->target && kube::listed_before(*before_->through, item.object))
      return end_looking_back();
    const auto revision = kube::to_revision(item.resource_version);
    if (revision && *revision <= before_->revision) continue;
    if (is_open_already(item.object)) continue;
    ++total_;
    read_first_.push_back(by_name(target_, item.object, true));
  }
}

bool WorkSource::is_open_already(const kube::ObjectName& name) const {
  const auto& open = before_->open;
  return std::find(open.begin(), open.end(), OpenObject{target_, name}) != open.end();
}

bool WorkSource::has_next() const {
  if (!read_first_.empty() || !at_hand_.empty()) return true;
  return target_ < targets_.size() && !pages_;
}

WorkSource::Item WorkSource::next() {
  if (!read_first_.empty()) {
    Work work = std::move(read_first_.front());
    read_first_.pop_front();
    return {std::move(work), false};
  }
  if (!at_hand_.empty()) return {take_listed(), true};
  const Target& target = targets_[target_];
  Work work = by_name(target_, target.names[next_name_++], false);
  if (next_name_ == target.names.size()) next_target();
  return {std::move(work), false};
}

Work WorkSource::by_name(std::size_t target, const kube::ObjectName& name, bool seen) {
  Work work;
  work.target = target;
  work.object = name;
  work.seen = seen;
  return work;
}

// Empty pages are not kept, so the first one at hand has an item left.
Work WorkSource::take_listed() {
  Page& page = *at_hand_.front();
  kube::PageItem& item = page.items[page.next++];
  Work work;
  work.target = at_hand_target_;
  work.object = std::move(item.object);
  work.uid = std::move(item.uid);
  work.resource_version = std::move(item.resource_version);
  if (strategy_ == Strategy::replace) work.bytes = SecretBytes(item.bytes);
  work.seen = true;
  if (page.next == page.items.size()) at_hand_.pop_front();
  if (pages_done()) next_target();
  return work;
}

// A target's objects are handed out before the next one is begun, so that they come in order.
bool WorkSource::pages_done() const {
  return pages_ && at_hand_.empty() &&
         (pages_->state() == PageSource::State::ended || pages_->state() == PageSource::State::failed);
}

bool WorkSource::ended() const { return target_ >= targets_.size() && !has_next(); }

bool WorkSource::wants_page(TimePoint now) const {
  if (!pages_ || at_hand_.size() >= kPagesAtOnce || read_first_.size() > kNamesAtOnce) return false;
  if (pages_->state() == PageSource::State::ready) return true;
  return pages_->state() == PageSource::State::waiting && page_due_ && now >= *page_due_;
}

http::Request WorkSource::ask_page() {
  page_due_.reset();
  return pages_->request();
}

WorkSource::PageNews WorkSource::on_reply(const http::ResponseHead& head, SecretBytes body, bool starting,
                                          TimePoint now) {
  return after_event(pages_->on_reply(head, std::move(body), starting), now);
}

WorkSource::PageNews WorkSource::on_overflow(TimePoint now) {
  pages_->on_overflow();
  return after_event(nullptr, now);
}

WorkSource::PageNews WorkSource::on_lost(const Error& error, TimePoint now) {
  pages_->on_lost(error);
  return after_event(nullptr, now);
}

WorkSource::PageNews WorkSource::after_event(std::unique_ptr<Page> page, TimePoint now) {
  PageNews news;
  take_unreadable();
  if (page) {
    news.arrived = true;
    at_hand_target_ = target_;
    if (looking_back())
      look_through(*page);
    else if (!page->items.empty())
      at_hand_.push_back(std::move(page));
  } else if (pages_->state() == PageSource::State::waiting) {
    news.trouble = pages_->error();
    news.kind = pages_->trouble();
    news.delay = pages_->wait();
    page_due_ = now + news.delay;
  } else if (pages_->state() == PageSource::State::failed) {
    news.failed = Unlisted{target_, pages_->error()};
  }
  if (pages_done()) next_target();
  return news;
}

// Each is read once by its name: that it could not be read may have passed, and if not the server says so
// of this object alone.
void WorkSource::take_unreadable() {
  for (const kube::ObjectName& name : pages_->take_unreadable()) {
    if (looking_back() && is_open_already(name)) continue;
    if (looking_back()) ++total_;
    Work work = by_name(target_, name, true);
    work.unreadable = true;
    read_first_.push_back(std::move(work));
  }
}

std::uint64_t WorkSource::total() const {
  return total_ + (pages_ && !looking_back() ? pages_->listed() : 0);
}

std::optional<std::uint64_t> WorkSource::expected() const {
  if (target_ >= targets_.size()) return total_;
  if (target_ + 1 < targets_.size() || looking_back()) return std::nullopt;
  if (!pages_) return total_;
  const auto listed = pages_->expected();
  return listed ? std::optional(total_ + *listed) : std::nullopt;
}

}  // namespace kencrypt::rewrite
