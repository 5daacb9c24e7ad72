// Progress of long work, on standard error: one line that is rewritten in place on a terminal, a
// plain line now and then in a log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "output/progress_text.h"
#include "output/rate_meter.h"

namespace kencrypt::output {

enum class ProgressStyle {
  silent,    // notes only
  lines,     // a line every 10 seconds and at every 10 percent, none within 2 seconds
  in_place,  // one line, at most 10 times a second
};

// in_place for a terminal that understands escape sequences (`term`: TERM, not "dumb"), else lines.
ProgressStyle progress_style(bool is_terminal, std::string_view term);

class Progress {
 public:
  // Columns of the terminal at this moment, since a window may be resized; 0 if not known.
  using Columns = std::function<std::size_t()>;

  // `out` and `clock` must outlive this object. `columns` is used by in_place only.
  Progress(std::ostream& out, const Clock& clock, ProgressStyle style, Columns columns);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Starts a piece of work, after finishing the last. `what` stands at the line's begin: "Rewriting
  // secrets". Shows nothing yet.
  void begin(std::string_view what, std::optional<std::uint64_t> total);
  // Where the work stands. Cheap: call it after every item, and also while nothing happens, so that
  // the rate falls.
  void update(const ProgressState& state);
  // Prints `text` and a newline, in every style, without breaking the progress line. Control
  // characters other than newlines are made visible.
  void note(std::string_view text);
  // Shows the last state if it is not yet shown, and leaves the cursor at the begin of a line.
  // Nothing to do before begin(); the destructor calls it, so that an error message has its own
  // line.
  void finish();

 private:
  bool is_due() const;
  void show();
  void draw();

  std::ostream* out_;
  const Clock* clock_;
  ProgressStyle style_;
  Columns columns_;
  ProgressFigures figures_;
  RateMeter rate_;
  std::optional<ProgressState> shown_;  // what the last line or drawing said
  std::optional<TimePoint> last_;       // when that was, or begin()
  std::uint64_t shown_percent_ = 0;
  bool active_ = false;
};

}  // namespace kencrypt::output
