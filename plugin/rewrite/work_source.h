// Everything that is to be written, one object after the other: what an earlier run left open, objects by
// name, and the pages of each target's list in turn. While one page is handed out the next is on its way.
//
// Where an earlier run has been, the lists are read first without content, for what has been written since.
//
// Memory: two pages of PageLimits::page_bytes, or of one object of PageLimits::object_bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "rewrite/checkpoint.h"
#include "rewrite/object_task.h"
#include "rewrite/page_source.h"
#include "rewrite/report.h"
#include "rewrite/strategy.h"
#include "rewrite/target.h"

namespace kencrypt::rewrite {

class WorkSource {
 public:
  // `targets` and `before`, where an earlier run stopped, must outlive this.
  WorkSource(const std::vector<Target>& targets, Strategy strategy, PageLimits limits,
             const std::optional<Checkpoint>& before);

  struct Item {
    Work work;
    bool in_order;  // the next one of its target's list
  };
  // Whether next() has something now.
  bool has_next() const;
  // The next object. Its bytes are its own.
  Item next();
  // Nothing more will come.
  bool ended() const;

  // Whether another page is wanted now.
  bool wants_page(TimePoint now) const;
  // Then: its request, and how many bytes of the reply may be kept.
  http::Request ask_page();
  std::size_t page_byte_limit() const { return pages_->byte_limit(); }

  struct PageNews {
    bool arrived = false;
    std::optional<Error> trouble;  // it is asked for again after `delay`
    pacing::Trouble kind = pacing::Trouble::away;
    Duration delay{};
    std::optional<Unlisted> failed;  // the target's list ends here
  };
  // The events of each page asked for, as in PageSource.
  PageNews on_reply(const http::ResponseHead& head, SecretBytes body, bool starting, TimePoint now);
  PageNews on_overflow(TimePoint now);
  PageNews on_lost(const Error& error, TimePoint now);
  // When a page that had to wait may be asked for, if one has.
  std::optional<TimePoint> page_due() const { return page_due_; }

  // Objects so far, and of all together as far as the server has said.
  std::uint64_t total() const;
  std::optional<std::uint64_t> expected() const;

 private:
  PageNews after_event(std::unique_ptr<Page> page, TimePoint now);
  void take_unreadable();
  void look_through(const Page& page);
  bool looking_back() const { return before_ != nullptr; }
  void end_looking_back();
  bool is_open_already(const kube::ObjectName& name) const;
  void open_target();
  void next_target();
  bool pages_done() const;
  Work take_listed();
  static Work by_name(std::size_t target, const kube::ObjectName& name, bool seen);

  const std::vector<Target>& targets_;
  Strategy strategy_;
  PageLimits limits_;
  const Checkpoint* before_;                // not null: looking for what has changed since then
  std::deque<Work> read_first_;             // left open by an earlier run, or unreadable in a list
  std::size_t target_ = 0;
  std::size_t next_name_ = 0;
  std::optional<PageSource> pages_;         // of target_; none: it is a list of names
  std::deque<std::unique_ptr<Page>> at_hand_;
  std::size_t at_hand_target_ = 0;
  std::optional<TimePoint> page_due_;
  std::uint64_t total_ = 0;                 // of the targets before, and what was left open
};

}  // namespace kencrypt::rewrite
