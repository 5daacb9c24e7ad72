#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/go_quote.h"
#include "cli/suggest.h"

namespace kencrypt::cli {
namespace {

constexpr std::string_view kPrefix = "kubectl-";
constexpr std::string_view kCompleterPrefix = "kubectl_complete-";
constexpr std::string_view kOwnName = "encrypt";

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string file_part(std::string_view command_name) {
  std::string part(command_name.substr(command_name.find(' ') + 1));
  std::ranges::replace(part, '-', '_');
  return part;
}

// Whether the word after `word`, a flag, is its value.
bool takes_next_word(std::span<const Flag> flags, std::string_view word) {
  if (word.find('=') != std::string_view::npos) return false;
  if (word.starts_with("--")) {
    const Flag* flag = find_long(flags, word.substr(2));
    return flag == nullptr || !takes_no_word(*flag);
  }
  if (word.size() != 2) return false;  // "-nfoo": the value is in the word
  const Flag* flag = find_letter(flags, word[1]);
  return flag == nullptr || !takes_no_word(*flag);
}

}  // namespace

std::string command_name(std::string_view argv0) {
  std::string_view name = base_name(argv0);
  const std::string_view prefix = is_completer(argv0) ? kCompleterPrefix : kPrefix;
  if (!name.starts_with(prefix)) return fmt::format("kubectl {}", kOwnName);
  name.remove_prefix(prefix.size());
  if (!name.starts_with(kOwnName)) return fmt::format("kubectl {}", kOwnName);
  std::string shown(name);
  std::ranges::replace(shown, '_', '-');
  return "kubectl " + shown;
}

bool is_completer(std::string_view argv0) { return base_name(argv0).starts_with(kCompleterPrefix); }

std::string plugin_file(std::string_view command_name) {
  return fmt::format("{}{}", kPrefix, file_part(command_name));
}

std::string completer_file(std::string_view command_name) {
  return fmt::format("{}{}", kCompleterPrefix, file_part(command_name));
}

CommandLine split_command(std::span<const Flag> flags, std::span<const std::string> words) {
  CommandLine line;
  std::size_t i = 0;
  for (; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    const bool is_flag = word.size() > 1 && word.front() == '-';
    if (!is_flag && !word.empty()) {
      line.command = words[i++];
      break;
    }
    line.arguments.push_back(word);
    if (is_flag && takes_next_word(flags, word) && i + 1 < words.size())
      line.arguments.push_back(words[++i]);
  }
  line.arguments.insert(line.arguments.end(), words.begin() + static_cast<std::ptrdiff_t>(i),
                        words.end());
  return line;
}

Error unknown_command(std::string_view program, std::string_view given,
                      std::span<const std::string_view> commands) {
  std::string message =
      fmt::format("unknown command {} for {}", go_quote(given), go_quote(program));
  const auto likely = suggest(given, commands);
  if (!likely.empty()) message += "\n\nDid you mean this?";
  for (const std::string_view command : likely) message += fmt::format("\n\t{}", command);
  if (!likely.empty()) message += "\n";
  return {ErrorKind::usage, std::move(message)};
}

}  // namespace kencrypt::cli
