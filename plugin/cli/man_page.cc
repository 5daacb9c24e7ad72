#include "cli/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "cli/wrap.h"

namespace kencrypt::cli {
namespace {

// What mandoc's lint asks of lines of text.
constexpr std::size_t kSourceWidth = 79;

// roff sets some characters as others that look nicer, and that nobody can paste into a shell (groff_char(7)).
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) switch (c) {
      case '\\': escaped += "\\e"; break;
      case '-': escaped += "\\-"; break;
      case '\'': escaped += "\\(aq"; break;
      case '`': escaped += "\\(ga"; break;
      case '^': escaped += "\\(ha"; break;
      case '~': escaped += "\\(ti"; break;
      default: escaped += c;
    }
  return escaped;
}

// A line of escaped text that begins like a request would be taken for one.
std::string protect(std::string_view line) { return (line.starts_with('.') ? "\\&" : "") + std::string(line); }

// An argument of a macro.
std::string quoted(std::string_view text) {
  std::string word = "\"";
  for (const char c : escape(text)) word += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return word + '"';
}

class Writer {
 public:
  Writer(std::ostream& out, const ManPage& page, std::string_view program)
      : out_(out), page_(page), program_(program) {}

  void write() {
    // Words are neither broken nor spread: what a reader copies is what was written.
    out_ << fmt::format(".TH {} 1 {} {} \"User Commands\"\n.nh\n.ad l\n", quoted(upper(page_.name)), page_.date, quoted(page_.source));
    section("NAME");
    out_ << escape(page_.name) << " \\- " << escape(page_.summary) << '\n';
    synopsis();
    section("DESCRIPTION");
    paragraphs(page_.description, ".PP\n");
    commands();
    options();
    for (const ManSection& one : page_.sections) entries(one);
    examples();
    see_also();
  }

 private:
  static std::string upper(std::string_view text) {
    std::string shown(text);
    std::ranges::transform(shown, shown.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return shown;
  }

  void section(std::string_view title) { out_ << ".SH " << quoted(title) << '\n'; }

  // One paragraph, which may have several lines.
  void text(std::string_view paragraph) {
    const std::string lines = wrap(escape(fill_in(paragraph, program_)), "", kSourceWidth);
    for (const std::string_view line : split(lines, '\n')) out_ << protect(line) << '\n';
  }

  void paragraphs(std::string_view texts, std::string_view between) {
    bool first = true;
    while (!texts.empty()) {
      const std::size_t end = std::min(texts.find("\n\n"), texts.size());
      if (!first) out_ << between;
      first = false;
      text(texts.substr(0, end));
      texts.remove_prefix(std::min(texts.size(), end + 2));
    }
  }

  void synopsis() {
    section("SYNOPSIS");
    bool first = true;
    for (const ManCommand& command : page_.commands) {
      out_ << (first ? "" : ".br\n") << ".B " << escape(program_ + " " + command.name) << '\n';
      first = false;
      text(arguments(command));
    }
  }

  // What follows the command's name in its usage.
  std::string arguments(const ManCommand& command) const {
    const std::string usage = fill_in(command.help.usage, program_);
    const std::string begin = fmt::format("{} {} ", program_, command.name);
    return usage.starts_with(begin) ? usage.substr(begin.size()) : usage;
  }

  void commands() {
    section("COMMANDS");
    for (const ManCommand& command : page_.commands) {
      out_ << ".TP\n.B " << escape(command.name) << '\n';
      paragraphs(command.help.description, ".IP\n");
    }
  }

  void options() {
    section("OPTIONS");
    for (const ManCommand& command : page_.commands) {
      const auto groups = flag_groups(command.flags);
      if (groups.empty()) continue;
      out_ << ".SS " << quoted("Options of " + command.name) << '\n';
      for (const std::string_view group : groups) {
        if (!group.empty()) out_ << ".PP\n" << escape(group) << ":\n";
        flags(command.flags, group);
      }
    }
    out_ << ".SS \"Options of all commands\"\n";
    flags(page_.globals, kGlobalGroup);
  }

  void flags(const FlagTable& table, std::string_view group) {
    for (const Flag& flag : table) {
      if (flag.hidden || flag.group != group) continue;
      out_ << ".TP\n" << protect(fmt::format("\\fB{}\\fR={}", escape(display_flag(flag)), escape(shown_default(flag)))) << '\n';
      text(flag.help);
    }
  }

  void entries(const ManSection& of) {
    section(of.title);
    for (const ManEntry& entry : of.entries) {
      out_ << ".TP\n.B " << quoted(fill_in(entry.term, program_)) << '\n';
      text(entry.text);
    }
  }

  void examples() {
    section("EXAMPLES");
    for (const ManCommand& command : page_.commands)
      for (const Example& example : command.help.examples) {
        out_ << ".TP\n";
        text(example.comment + ":");
        out_ << ".EX\n";
        const std::string lines = fill_in(example.command, program_);
        for (const std::string_view line : split(lines, '\n'))
          out_ << protect(escape(line)) << '\n';
        out_ << ".EE\n";
      }
  }

  void see_also() {
    section("SEE ALSO");
    for (std::size_t i = 0; i < page_.see_also.size(); ++i) {
      const std::string& name = page_.see_also[i];
      const std::size_t section_at = std::min(name.find('('), name.size());
      out_ << fmt::format(".BR {} {}{}\n", escape(name.substr(0, section_at)), name.substr(section_at),
                          i + 1 < page_.see_also.size() ? "," : "");
    }
  }

  std::ostream& out_;
  const ManPage& page_;
  std::string program_;
};

}  // namespace

void write_man_page(std::ostream& out, const ManPage& page, std::string_view program) {
  Writer(out, page, program).write();
}

}  // namespace kencrypt::cli
