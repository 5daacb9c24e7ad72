#include "commands/qps_flag.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace kencrypt::commands {

cli::Flag qps_flag() {
  return {.name = "qps",
          .help = "The most requests a second. Without it as many as the server bears."};
}

Result<double> parse_qps(const cli::ParsedFlags& flags) {
  const std::string& text = flags.get_string("qps");
  if (text.empty()) return 0;
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size() || !(rate >= 0 && rate < 1e9))
    return fail(ErrorKind::usage,
                fmt::format("--qps must be a number of requests a second, like 50 or 0.5, "
                            "not \"{}\"",
                            text));
  return rate;
}

}  // namespace kencrypt::commands
