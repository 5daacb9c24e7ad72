#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/go_quote.h"
#include "cli/suggest.h"

namespace kencrypt::cli {
namespace {

constexpr std::string_view kPrefix = "kubectl-";
constexpr std::string_view kOwnName = "encrypt";

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
  std::string_view name = argv0.substr(argv0.rfind('/') + 1);  // npos + 1 is 0
  if (!name.starts_with(kPrefix)) return fmt::format("kubectl {}", kOwnName);
  name.remove_prefix(kPrefix.size());
  if (!name.starts_with(kOwnName)) return fmt::format("kubectl {}", kOwnName);
  std::string shown(name);
  std::ranges::replace(shown, '_', '-');
  return "kubectl " + shown;
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
  message += did_you_mean(suggest(given, commands), "");
  return {ErrorKind::usage, std::move(message)};
}

}  // namespace kencrypt::cli
