#include "output/progress.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "fakes/fake_clock.h"

using namespace kencrypt;
using namespace kencrypt::output;
using namespace std::chrono_literals;

namespace {

struct Screen {
  explicit Screen(ProgressStyle style, std::size_t columns = 200)
      : progress(out, clock, style, [columns] { return columns; }) {}

  // Everything written since the last call.
  std::string take() {
    std::string text = out.str();
    out.str("");
    return text;
  }

  std::ostringstream out;
  fakes::FakeClock clock;
  Progress progress;
};

std::string line(const std::string& text) { return "\r" + text + "\x1b[K"; }

}  // namespace

TEST_CASE("progress text says what is known", "[output]") {
  const std::pair<ProgressFigures, const char*> rows[] = {
      {{"Rewriting", 100, {}, {}}, "Rewriting: 0/100 (0%)"},
      {{"Rewriting", {}, {.done = 7}, {}}, "Rewriting: 7"},
      {{"Rewriting", {}, {.done = 7}, 350.4}, "Rewriting: 7, 350/s"},
      {{"Rewriting", 10000, {.done = 1200, .failed = 2, .retried = 3}, 350.0},
       "Rewriting: 1200/10000 (12%), 350/s, 26s left, 2 failed, 3 retried"},
      {{"Rewriting", 1000, {.done = 999}, 3.25}, "Rewriting: 999/1000 (99%), 3.2/s, 1s left"},
      {{"Rewriting", 1000, {.done = 10}, 0.0}, "Rewriting: 10/1000 (1%), 0.0/s"},
      {{"Rewriting", 10, {.done = 10}, 5.0}, "Rewriting: 10/10 (100%), 5.0/s"},
      {{"Rewriting", 10, {.done = 12}, 5.0}, "Rewriting: 12/10 (100%), 5.0/s"},
      {{"Rewriting", 0, {}, {}}, "Rewriting: 0/0 (100%)"},
  };
  for (const auto& [figures, text] : rows) CHECK(progress_text(figures) == text);
}

TEST_CASE("the rate is that of the last seconds", "[output]") {
  RateMeter meter;
  TimePoint now{};
  CHECK_FALSE(meter.per_second());
  meter.add(now, 0);
  meter.add(now += 500ms, 50);
  CHECK_FALSE(meter.per_second());
  meter.add(now += 500ms, 100);
  CHECK(*meter.per_second() == Approx(100));
  for (int i = 1; i <= 100; ++i) meter.add(now += 100ms, 100 + static_cast<std::uint64_t>(i));
  CHECK(*meter.per_second() == Approx(10));  // the fast start is forgotten
  meter.add(now += 60s, 200);
  CHECK(*meter.per_second() == Approx(0));
  meter.add(now += 1s, 0);
  CHECK(*meter.per_second() == Approx(0));
}

TEST_CASE("on a terminal one line is rewritten, ten times a second at most", "[output]") {
  Screen screen(ProgressStyle::in_place);
  screen.progress.begin("Work", 100);
  CHECK(screen.take() == "");
  screen.progress.update({.done = 1});
  CHECK(screen.take() == line("Work: 1/100 (1%)"));
  screen.clock.advance(99ms);
  screen.progress.update({.done = 2});
  CHECK(screen.take() == "");
  screen.clock.advance(1ms);
  screen.progress.update({.done = 3});
  CHECK(screen.take() == line("Work: 3/100 (3%)"));
  screen.progress.update({.done = 4});
  screen.progress.finish();
  CHECK(screen.take() == line("Work: 4/100 (4%)") + "\n");
  screen.progress.finish();
  screen.progress.update({.done = 5});
  CHECK(screen.take() == "");
}

TEST_CASE("the last state is not drawn twice", "[output]") {
  Screen screen(ProgressStyle::in_place);
  screen.progress.begin("Work", 1);
  screen.progress.update({.done = 1});
  screen.take();
  screen.progress.finish();
  CHECK(screen.take() == "\n");
}

TEST_CASE("work that never began leaves no line", "[output]") {
  Screen screen(ProgressStyle::in_place);
  screen.progress.finish();
  screen.progress.begin("Work", 100);
  screen.progress.finish();
  CHECK(screen.take() == "");
}

TEST_CASE("the progress line is cut to the terminal", "[output]") {
  Screen narrow(ProgressStyle::in_place, 10);
  narrow.progress.begin("Working", 100);
  narrow.progress.update({.done = 1});
  CHECK(narrow.take() == line("Working: "));

  Screen unknown(ProgressStyle::in_place, 0);
  unknown.progress.begin(std::string(200, 'x'), 100);
  unknown.progress.update({.done = 1});
  CHECK(unknown.take() == line(std::string(79, 'x')));
}

TEST_CASE("a note does not break the progress line", "[output]") {
  Screen screen(ProgressStyle::in_place);
  screen.progress.note("early");
  CHECK(screen.take() == "early\n");
  screen.progress.begin("Work", 10);
  screen.progress.note("before");
  CHECK(screen.take() == "before\n");
  screen.progress.update({.done = 1});
  screen.take();
  screen.progress.note("two\nlines\x1b");
  CHECK(screen.take() == "\r\x1b[Ktwo\nlines^[\n" + line("Work: 1/10 (10%)"));
  screen.progress.finish();
  screen.take();
  screen.progress.note("late");
  CHECK(screen.take() == "late\n");
}

TEST_CASE("in a log there is a line every ten percent and every ten seconds", "[output]") {
  Screen screen(ProgressStyle::lines);
  screen.progress.begin("Work", 100);
  screen.clock.advance(2s);
  for (std::uint64_t done = 0; done <= 9; ++done) screen.progress.update({.done = done});
  CHECK(screen.take() == "");
  screen.progress.update({.done = 10});
  CHECK(screen.take().starts_with("Work: 10/100 (10%)"));
  screen.progress.update({.done = 19});
  screen.clock.advance(9999ms);
  screen.progress.update({.done = 19});
  CHECK(screen.take() == "");
  screen.clock.advance(1ms);
  screen.progress.update({.done = 19});
  CHECK(screen.take().starts_with("Work: 19/100 (19%), "));
  screen.clock.advance(1999ms);
  screen.progress.update({.done = 99});
  CHECK(screen.take() == "");  // ten percent more, but too soon
  screen.progress.update({.done = 100});
  screen.progress.finish();
  CHECK(screen.take().starts_with("Work: 100/100 (100%)"));
}

TEST_CASE("in a log without a total only time counts", "[output]") {
  Screen screen(ProgressStyle::lines);
  screen.progress.begin("Work", std::nullopt);
  screen.progress.update({.done = 1000});
  screen.progress.note("note");
  CHECK(screen.take() == "note\n");
  screen.clock.advance(10s);
  screen.progress.update({.done = 2000});
  CHECK(screen.take() == "Work: 2000, 200/s\n");
  screen.progress.update({.done = 2001});
  screen.progress.finish();
  CHECK(screen.take().starts_with("Work: 2001, "));
}

TEST_CASE("silent progress still prints notes", "[output]") {
  Screen screen(ProgressStyle::silent);
  screen.progress.begin("Work", 10);
  screen.clock.advance(60s);
  screen.progress.update({.done = 10});
  screen.progress.note("note");
  screen.progress.finish();
  CHECK(screen.take() == "note\n");
}

TEST_CASE("an unfinished progress line is ended", "[output]") {
  std::ostringstream out;
  fakes::FakeClock clock;
  {
    Progress progress(out, clock, ProgressStyle::in_place, {});
    progress.begin("Work", 10);
    progress.update({.done = 1});
    progress.begin("More", 10);
    progress.update({.done = 2});
  }
  CHECK(out.str() == line("Work: 1/10 (10%)") + "\n" + line("More: 2/10 (20%)") + "\n");
}

TEST_CASE("each piece of work has its own rate", "[output]") {
  Screen screen(ProgressStyle::in_place);
  screen.progress.begin("Work", 10000);
  screen.clock.advance(1s);
  screen.progress.update({.done = 10000});
  screen.progress.begin("More", 100);
  screen.take();
  screen.clock.advance(1s);
  screen.progress.update({.done = 20});
  CHECK(screen.take() == line("More: 20/100 (20%), 20/s, 4s left"));
}

TEST_CASE("only a terminal that can erase gets a line in place", "[output]") {
  CHECK(progress_style(true, "xterm") == ProgressStyle::in_place);
  CHECK(progress_style(true, "dumb") == ProgressStyle::lines);
  CHECK(progress_style(false, "xterm") == ProgressStyle::lines);
}
