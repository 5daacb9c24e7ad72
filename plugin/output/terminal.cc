#include "output/terminal.h"

#include <fmt/format.h>
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

std::string in_colour(Colour colour, std::string_view text) {
  switch (colour) {
    case Colour::red:
      return fmt::format("\x1b[31m{}\x1b[0m", text);
    case Colour::green:
      return fmt::format("\x1b[32m{}\x1b[0m", text);
    case Colour::yellow:
      return fmt::format("\x1b[33m{}\x1b[0m", text);
    case Colour::none:
      break;
  }
  return std::string(text);
}

std::string_view warning_label(bool colour) {
  return colour ? "\x1b[33;1mWarning:\x1b[0m " : "Warning: ";
}

}  // namespace kencrypt::output
