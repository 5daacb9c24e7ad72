#include "completion/complete.h"

#include <algorithm>

#include "cli/command_line.h"
#include "cli/normalise.h"
#include "cli/typed_values.h"
#include "completion/argument_word.h"
#include "completion/flag_word.h"
#include "completion/matching.h"

namespace kencrypt::completion {
namespace {

std::vector<Candidate> candidates_of(const std::vector<cli::Choice>& words) {
  std::vector<Candidate> candidates;
  for (const cli::Choice& one : words) candidates.push_back({one.word, one.help});
  return candidates;
}

Answer chosen_word(const cli::ValueShape& shape, std::string_view typed, std::string_view head) {
  return {fitting(candidates_of(shape.words), typed, head)};
}

// "plaintext,st": another word, which is not among those before it.
Answer comma_word(const cli::ValueShape& shape, std::string_view typed, std::string_view head) {
  const CommaWord parts = split_last(typed);
  const std::string used = "," + std::string(parts.head);
  auto words = shape.words;
  std::erase_if(words, [&](const cli::Choice& one) {
    return (one.alone && !parts.head.empty()) ||
           used.find("," + one.word + ",") != std::string::npos;
  });
  return {fitting(candidates_of(words), parts.last, std::string(head) + std::string(parts.head))};
}

Answer file_word(const cli::ValueShape& shape, std::string_view typed, std::string_view head) {
  if (shape.extensions.empty()) return {fitting(candidates_of(shape.words), typed, head), kFiles};
  Answer answer{{}, kExtensions};
  for (const std::string& extension : shape.extensions) answer.candidates.push_back({extension});
  return answer;
}

class Completer {
 public:
  Completer(const Program& program, Sources& sources) : program_(program), sources_(sources) {
    root_.flags = program.globals;
    root_.arguments = names_of(program.commands);
  }

  Answer run(std::span<const std::string> words) {
    const std::string last = words.empty() ? "" : words.back();
    if (!words.empty()) words = words.first(words.size() - 1);
    cli::CommandLine line = cli::split_command(program_.globals, words);
    if (line.command.empty()) return at(root_, true, line.arguments, last);
    const CommandShape* shape = find(program_.commands, line.command);
    while (shape != nullptr && !shape->subcommands.empty()) {
      if (shape->runs && !line.arguments.empty() && find(shape->subcommands, line.arguments.front()) == nullptr) break;
      if (shape->runs && line.arguments.empty()) return at_both(*shape, last);
      line = cli::split_command(program_.globals, line.arguments);
      if (line.command.empty()) return at_group(*shape, line.arguments, last);
      shape = find(shape->subcommands, line.command);
    }
    return shape == nullptr ? Answer{} : at(*shape, false, line.arguments, last);
  }

 private:
  static const CommandShape* find(const std::vector<CommandShape>& among, std::string_view name) {
    const auto found = std::ranges::find(among, name, &CommandShape::name);
    return found == among.end() ? nullptr : &*found;
  }

  static cli::ValueShape names_of(const std::vector<CommandShape>& commands) {
    cli::ValueShape shape;
    shape.means = cli::Means::words;
    for (const CommandShape& one : commands) {
      cli::Choice& choice = shape.words.emplace_back(one.name);
      choice.help = one.summary;
    }
    return shape;
  }

  Answer at_group(const CommandShape& group, const std::vector<std::string>& before, const std::string& last) {
    const CommandShape shape{group.name, group.summary, program_.globals, names_of(group.subcommands), {}};
    return at(shape, true, before, last);
  }

  // Where a command of its own may stand, or none.
  Answer at_both(CommandShape shape, const std::string& last) {
    shape.arguments = names_of(shape.subcommands);
    return at(shape, false, {}, last);
  }

  // `wants_command`: the next argument is the name of one.
  Answer at(const CommandShape& shape, bool wants_command, const std::vector<std::string>& words,
            const std::string& last) {
    const cli::NormalisedArguments before = cli::normalise(shape.flags, words);
    if (before.error && before.waiting == nullptr) return {};
    if (wants_command && before.terminated) return {};  // no command is looked for behind "--"
    auto values = cli::typed_values(shape.flags, before.settings);
    if (!values) return {};
    const cli::ParsedFlags flags(*std::move(values), before.positionals);
    if (flags.get_bool("help")) return {};  // whatever follows is not looked at
    const Line line{shape.name, flags};
    if (before.waiting != nullptr) return value(*before.waiting, last, {}, line);
    if (last.starts_with('-') && !before.terminated)
      return flag(shape.flags, before.settings, last, line);
    return argument(shape.arguments, before.positionals, last, line);
  }

  Answer flag(std::span<const cli::Flag> flags, const std::vector<cli::Setting>& given,
              std::string_view word, const Line& line) {
    const FlagWord parts = take_apart(flags, word);
    if (parts.flag != nullptr) return value(*parts.flag, parts.value, parts.head, line);
    return {flag_names(flags, given, word)};
  }

  Answer value(const cli::Flag& flag, std::string_view typed, std::string_view head,
               const Line& line) {
    if (flag.kind == cli::FlagKind::boolean)
      return chosen_word(cli::one_of({"true", "false"}), typed, head);
    switch (flag.value.means) {
      case cli::Means::words:
        return flag.value.several ? comma_word(flag.value, typed, head)
                                  : chosen_word(flag.value, typed, head);
      case cli::Means::file:
        return file_word(flag.value, typed, head);
      case cli::Means::directory:
        return {{}, kDirectories};
      case cli::Means::anything:
        return {};
      default:
        return {fitting(sources_.values(flag.value.means, line), typed, head)};
    }
  }

  Answer argument(const cli::ValueShape& shape, const std::vector<std::string>& before,
                  std::string_view word, const Line& line) {
    switch (shape.means) {
      case cli::Means::file:
        return before.empty() ? file_word(shape, word, {}) : Answer{};
      case cli::Means::words:  // one argument, and at most a file behind it
        if (before.empty()) return chosen_word(shape, word, {});
        return before.size() == 1 && !shape.extensions.empty() ? file_word(shape, word, {}) : Answer{};
      case cli::Means::resource_types:
        return type_word(before, word, line, sources_);
      case cli::Means::objects:
        return object_word(before, word, line, sources_);
      default:
        return {};
    }
  }

  const Program& program_;
  Sources& sources_;
  CommandShape root_;  // before any command: its arguments are the commands
};

}  // namespace

Answer complete(const Program& program, std::span<const std::string> words, Sources& sources) {
  Answer answer = Completer(program, sources).run(words);
  if (answer.candidates.size() > kMostCandidates) answer.candidates.clear();
  return answer;
}

}  // namespace kencrypt::completion
