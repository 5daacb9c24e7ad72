#include "cli/flag.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/parse.h"

namespace kencrypt::cli {
namespace {

bool same_long_name(std::string_view declared, std::string_view given) {
  return std::ranges::equal(declared, given, {}, {}, [](char c) { return c == '_' ? '-' : c; });
}

bool is_flag_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, allowed);
}

std::string row_defect(const Flag& flag) {
  if (!is_flag_name(flag.name)) return fmt::format("\"{}\" is no flag name", flag.name);
  if (flag.help.empty()) return fmt::format("--{} has no help", flag.name);
  return {};
}

std::string default_defect(std::span<const Flag> flags) {
  const auto parsed = parse_flags(flags, {});
  return parsed ? std::string() : "default: " + parsed.error().message;
}

}  // namespace

FlagTable merge(FlagTable own, const FlagTable& shared) {
  const std::size_t own_count = own.size();
  for (const Flag& flag : shared) {
    const std::span declared(own.data(), own_count);
    if (find_long(declared, flag.name) != nullptr) continue;
    const bool letter_taken = flag.letter != 0 && find_letter(declared, flag.letter) != nullptr;
    own.push_back(flag);
    if (letter_taken) own.back().letter = 0;
  }
  return own;
}

const Flag* find_long(std::span<const Flag> flags, std::string_view name) {
  const auto found = std::ranges::find_if(
      flags, [&](const Flag& flag) { return same_long_name(flag.name, name); });
  return found == flags.end() ? nullptr : &*found;
}

const Flag* find_letter(std::span<const Flag> flags, char letter) {
  const auto found =
      std::ranges::find_if(flags, [&](const Flag& flag) { return flag.letter == letter; });
  return found == flags.end() ? nullptr : &*found;
}

bool takes_no_word(const Flag& flag) {
  return flag.kind == FlagKind::boolean || !flag.without_value.empty();
}

std::string display_flag(const Flag& flag) {
  return flag.letter == 0 ? "--" + flag.name : fmt::format("-{}, --{}", flag.letter, flag.name);
}

std::string table_defect(std::span<const Flag> flags) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const Flag& flag : flags) {
    if (auto defect = row_defect(flag); !defect.empty()) return defect;
    if (!names.insert(flag.name).second) return fmt::format("--{} is declared twice", flag.name);
    if (flag.letter != 0 && !letters.insert(flag.letter).second)
      return fmt::format("-{} is declared twice", flag.letter);
  }
  return default_defect(flags);
}

}  // namespace kencrypt::cli
