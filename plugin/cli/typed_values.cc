#include "cli/typed_values.h"

// std::regex recurses on every character of a value, so a long one would overflow the stack.
#define CXXOPTS_NO_REGEX true
// No argument can hold a NUL, so values are never split: "--as-group=a,b" is one group.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <fmt/format.h>

#include <algorithm>
#include <cxxopts.hpp>
#include <optional>

#include "base/go_quote.h"
#include "base/text.h"
#include "cli/go_number.h"

namespace kencrypt::cli {
namespace {

using List = std::vector<std::string>;

// A one-letter long name ("v") is no long name to cxxopts.
std::string option_name(const Flag& flag) {
  return flag.name.size() == 1 ? flag.name + '-' : flag.name;
}

std::shared_ptr<cxxopts::Value> option_value(const Flag& flag) {
  switch (flag.kind) {
    case FlagKind::boolean:
      return cxxopts::value<bool>()->default_value(flag.default_value.empty() ? "false"
                                                                              : flag.default_value);
    case FlagKind::list:
      return cxxopts::value<List>();
    case FlagKind::integer:  // cxxopts knows neither all of Go's spellings nor every overflow
    case FlagKind::level:
      return cxxopts::value<std::string>()->default_value(
          flag.default_value.empty() ? "0" : flag.default_value);
    case FlagKind::text:
    case FlagKind::duration:
      break;
  }
  return cxxopts::value<std::string>()->default_value(flag.default_value);
}

cxxopts::Options declare(std::span<const Flag> flags) {
  cxxopts::Options options("kubectl-encrypt");
  auto add = options.add_options();
  for (const Flag& flag : flags) add(option_name(flag), flag.help, option_value(flag));
  return options;
}

cxxopts::ParseResult run(cxxopts::Options& options, std::span<const Setting> settings) {
  List words = {"kubectl-encrypt"};
  for (const Setting& setting : settings)
    words.push_back(fmt::format("--{}={}", option_name(*setting.flag), setting.value));
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  return options.parse(static_cast<int>(pointers.size()), pointers.data());
}

bool fits(cxxopts::Options& options, const Setting& setting) {
  try {
    run(options, std::span(&setting, 1));
    return true;
  } catch (const cxxopts::exceptions::exception&) {
    return false;
  }
}

Result<std::int64_t> to_number(const Flag& flag, std::string_view value) {
  return flag.kind == FlagKind::level ? parse_go_decimal32(value) : parse_go_int(value);
}

bool is_acceptable(cxxopts::Options& options, const Setting& setting) {
  switch (setting.flag->kind) {
    case FlagKind::duration:
      return parse_duration(setting.value).has_value();
    case FlagKind::integer:
    case FlagKind::level:
      return to_number(*setting.flag, setting.value).has_value();
    default:
      return fits(options, setting);
  }
}

// Why Go's parser for this kind would refuse `value`, in its words.
std::string reason(const Flag& flag, const std::string& value) {
  if (flag.kind == FlagKind::duration) return duration_mistake(value);
  if (flag.kind == FlagKind::boolean)
    return fmt::format("strconv.ParseBool: parsing {}: invalid syntax", go_quote(value));
  return fmt::format("strconv.ParseInt: parsing {}: {}", go_quote(value),
                     to_number(flag, value).error().message);
}

Error invalid_argument(const Setting& setting) {
  return {ErrorKind::usage,
          fmt::format("invalid argument {} for {} flag: {}", go_quote(setting.value),
                      go_quote(display_flag(*setting.flag)), reason(*setting.flag, setting.value))};
}

std::optional<Error> first_mistake(cxxopts::Options& options, std::span<const Setting> settings) {
  const auto bad = std::ranges::find_if_not(
      settings, [&](const Setting& setting) { return is_acceptable(options, setting); });
  if (bad == settings.end()) return std::nullopt;
  return invalid_argument(*bad);
}

// Defaults are words of this program; table_defect() tells of one that does not fit its kind.
std::vector<Setting> defaults(std::span<const Flag> flags) {
  std::vector<Setting> settings;
  for (const Flag& flag : flags)
    if (!flag.default_value.empty()) settings.push_back({&flag, flag.default_value});
  return settings;
}

FlagValue take_value(const Flag& flag, const cxxopts::ParseResult& parsed) {
  const std::string name = option_name(flag);
  const bool was_set = parsed.count(name) > 0;
  switch (flag.kind) {
    case FlagKind::boolean:
      return {parsed[name].as<bool>(), was_set};
    case FlagKind::integer:
    case FlagKind::level:
      return {to_number(flag, parsed[name].as<std::string>()).value_or(0), was_set};
    case FlagKind::list:
      return {was_set ? parsed[name].as<List>() : List(), was_set};
    case FlagKind::duration:
      return {parse_duration(parsed[name].as<std::string>()).value_or(Duration{}), was_set};
    case FlagKind::text:
      break;
  }
  return {parsed[name].as<std::string>(), was_set};
}

}  // namespace

Result<FlagValues> typed_values(std::span<const Flag> flags, std::span<const Setting> settings) {
  cxxopts::Options options = declare(flags);
  if (auto mistake = first_mistake(options, settings)) return std::unexpected(std::move(*mistake));
  if (auto mistake = first_mistake(options, defaults(flags)))
    return std::unexpected(std::move(*mistake));
  const auto parsed = run(options, settings);
  FlagValues values;
  for (const Flag& flag : flags) values.emplace(flag.name, take_value(flag, parsed));
  return values;
}

}  // namespace kencrypt::cli
