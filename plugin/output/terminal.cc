#include "output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace kencrypt::output {

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

std::optional<std::size_t> terminal_width(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

bool use_colour(ColourChoice choice, const ColourInputs& inputs) {
  if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
  return inputs.is_terminal && !inputs.no_color && inputs.term != "dumb";
}

}  // namespace kencrypt::output
