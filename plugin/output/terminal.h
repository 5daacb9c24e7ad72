// What a stream is connected to, and what may be written to it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kencrypt::output {

bool is_terminal(int fd);

// Columns of the terminal at `fd`; nullopt if it is none or does not say.
std::optional<std::size_t> terminal_width(int fd);

enum class ColourChoice { automatic, always, never };

// What the decision about colour rests on; the variables are those of the environment.
struct ColourInputs {
  bool is_terminal = false;  // of the stream in question
  bool no_color = false;     // NO_COLOR is set, be it empty
  std::string_view term;     // TERM
};

// Whether escape sequences may be written. Automatically only to a terminal that is not dumb and if
// NO_COLOR is absent; an empty NO_COLOR counts, as in kubectl (k8s.io/cli-runtime
// pkg/printers/terminal.go). `choice` is the user's, from a flag.
bool use_colour(ColourChoice choice, const ColourInputs& inputs);

enum class Colour { none, red, green, yellow };

// `text` in that colour; as it is for `none`.
std::string in_colour(Colour colour, std::string_view text);

// "Warning: ", its word in kubectl's bold yellow (k8s.io/cli-runtime pkg/printers/warningprinter.go).
std::string_view warning_label(bool colour);

}  // namespace kencrypt::output
