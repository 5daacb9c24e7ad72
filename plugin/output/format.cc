#include "output/format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace kencrypt::output {
namespace {

std::string_view format_name(Format format) {
  switch (format) {
    case Format::wide:
      return "wide";
    case Format::json:
      return "json";
    case Format::yaml:
      return "yaml";
    case Format::name:
      return "name";
    case Format::html:
      return "html";
    case Format::sarif:
      return "sarif";
    case Format::prometheus:
      return "prometheus";
    case Format::table:
      break;
  }
  return "table";
}

// kubectl's printers of JSON, YAML and names lower the word; its others do not.
bool ignores_case(std::string_view text) {
  const std::string lower = to_lower(text);
  return lower == "json" || lower == "yaml" || lower == "name";
}

std::vector<std::string_view> names(std::span<const Format> formats) {
  std::vector<std::string_view> found;
  for (const Format format : formats)
    if (format != Format::table) found.push_back(format_name(format));
  return found;
}

}  // namespace

std::string format_names(std::span<const Format> allowed) {
  return fmt::format("{}", fmt::join(names(allowed), ", "));
}

Result<Format> parse_format(std::string_view text, std::span<const Format> allowed,
                            std::span<const std::string_view> others) {
  if (text.empty() || text == format_name(Format::table)) return Format::table;
  const auto found = std::ranges::find(allowed, ignores_case(text) ? to_lower(text) : std::string(text), format_name);
  if (found != allowed.end()) return *found;
  auto sorted = names(allowed);
  sorted.insert(sorted.end(), others.begin(), others.end());
  std::ranges::sort(sorted);
  return fail(
      ErrorKind::usage,
      fmt::format("unable to match a printer suitable for the output format \"{}\", allowed "
                  "formats are: {}",
                  text, fmt::join(sorted, ",")));
}

}  // namespace kencrypt::output
