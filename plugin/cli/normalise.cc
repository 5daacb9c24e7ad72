#include "cli/normalise.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cli/go_quote.h"

namespace kencrypt::cli {
namespace {

// The spellings of Go's strconv.ParseBool.
constexpr std::string_view kTrue[] = {"1", "t", "T", "TRUE", "true", "True"};
constexpr std::string_view kFalse[] = {"0", "f", "F", "FALSE", "false", "False"};

std::string canonical(const Flag& flag, std::string_view value) {
  if (flag.kind != FlagKind::boolean) return std::string(value);
  if (std::ranges::find(kTrue, value) != std::end(kTrue)) return "true";
  if (std::ranges::find(kFalse, value) != std::end(kFalse)) return "false";
  return std::string(value);
}

std::string bare_value(const Flag& flag) {
  return flag.without_value.empty() ? "true" : flag.without_value;
}

class Reader {
 public:
  Reader(std::span<const Flag> flags, std::span<const std::string> words)
      : flags_(flags), words_(words) {}

  NormalisedArguments read() {
    while (!words_.empty() && !result_.error) read_word(take());
    return std::move(result_);
  }

 private:
  const std::string& take() {
    const std::string& word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  void read_word(const std::string& word) {
    if (word == "--")
      take_rest();
    else if (word.starts_with("--"))
      read_long(word);
    else if (word.size() > 1 && word.front() == '-')
      read_letters(std::string_view(word).substr(1));
    else
      result_.positionals.push_back(word);
  }

  void take_rest() {
    result_.terminated = true;
    while (!words_.empty()) result_.positionals.push_back(take());
  }

  void read_long(const std::string& word) {
    const auto text = std::string_view(word).substr(2);
    if (text.front() == '-' || text.front() == '=') return stop("bad flag syntax: " + word);
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    const Flag* flag = find_long(flags_, name);
    if (flag == nullptr) return stop(fmt::format("unknown flag: --{}", name));
    if (equals != std::string_view::npos)
      set(*flag, text.substr(equals + 1));
    else if (takes_no_word(*flag))
      set(*flag, bare_value(*flag));
    else if (!words_.empty())
      set(*flag, take());
    else
      wait(*flag, "flag needs an argument: " + word);
  }

  // "Av6": letters up to the first that takes a value, which is the rest or the next word.
  void read_letters(std::string_view letters) {
    while (!letters.empty() && !result_.error) {
      const Flag* flag = find_letter(flags_, letters.front());
      if (flag == nullptr)
        return stop(fmt::format("unknown shorthand flag: {} in -{}", go_quote_char(letters.front()),
                                letters));
      letters = read_letter(*flag, letters);
    }
  }

  // Sets the flag of the first letter and returns the letters that are left.
  std::string_view read_letter(const Flag& flag, std::string_view letters) {
    const auto rest = letters.substr(1);
    if (rest.size() > 1 && rest.front() == '=') {  // "-n=" alone means the value "="
      set(flag, rest.substr(1));
      return {};
    }
    if (takes_no_word(flag)) {
      set(flag, bare_value(flag));
      return rest;
    }
    if (!rest.empty())
      set(flag, rest);
    else if (!words_.empty())
      set(flag, take());
    else
      wait(flag,
           fmt::format("flag needs an argument: {} in -{}", go_quote_char(flag.letter), letters));
    return {};
  }

  void set(const Flag& flag, std::string_view value) {
    result_.settings.push_back({&flag, canonical(flag, value)});
  }

  void wait(const Flag& flag, std::string message) {
    result_.waiting = &flag;
    stop(std::move(message));
  }

  void stop(std::string message) { result_.error = Error{ErrorKind::usage, std::move(message)}; }

  std::span<const Flag> flags_;
  std::span<const std::string> words_;
  NormalisedArguments result_;
};

}  // namespace

NormalisedArguments normalise(std::span<const Flag> flags, std::span<const std::string> arguments) {
  return Reader(flags, arguments).read();
}

}  // namespace kencrypt::cli
