// What a command says about each of its flags. Parsing and help both work from these rows, so a
// flag cannot be accepted without being described.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/value_shape.h"

namespace kencrypt::cli {

// The value types of pflag that kubectl's flags use.
enum class FlagKind {
  text,      // pflag's String
  boolean,   // Bool: true without a value, never takes the next word
  integer,   // Int64, decimal or 0x
  duration,  // Duration: "1h2m3.5s", "300ms", "0"; also whole seconds without a unit
  list,      // StringArray: repeat the flag for more values; commas are part of a value
};

struct Flag {
  // Every member has an initialiser, so that rows may name only what they need.
  std::string name{};  // the long name, lower case, words joined by '-'
  char letter = 0;     // the short name; 0: none
  FlagKind kind = FlagKind::text;
  std::string default_value{};  // as if given on the command line; unused for list, which is empty
  std::string help{};           // one or more sentences
  std::string
      without_value{};  // value of the bare flag (pflag's NoOptDefVal); "": a value is required
  std::string group{};  // title of the help section; "": "Options"
  bool hidden = false;  // accepted, not shown in help
  ValueShape value{};   // what a shell may complete; a boolean needs none
};

// A command's flags, in the order in which the help shows them.
using FlagTable = std::vector<Flag>;

// The group of the flags every command takes; a command's own help leaves it out, as kubectl's
// does.
inline constexpr std::string_view kGlobalGroup = "global";

// `own` followed by those of `shared` that it does not declare itself, as cobra merges a command's
// flags with inherited ones. A letter that `own` uses is taken off the shared flag.
FlagTable merge(FlagTable own, const FlagTable& shared);

// The row for a long name, in which '_' stands for '-' (kubectl's WordSepNormalizeFunc), or for a
// letter. nullptr if there is none; otherwise valid as long as `flags`.
const Flag* find_long(std::span<const Flag> flags, std::string_view name);
const Flag* find_letter(std::span<const Flag> flags, char letter);

// Whether the flag may stand without a value, and then never takes the next word.
bool takes_no_word(const Flag& flag);

// "-n, --namespace" or "--context": how pflag names a flag in messages.
std::string display_flag(const Flag& flag);

// "" if the table is sound, else what is wrong with it: a name or letter declared twice, a
// malformed name, no help, a default that its kind does not accept. For tests of command tables:
// pflag panics.
std::string table_defect(std::span<const Flag> flags);

}  // namespace kencrypt::cli
