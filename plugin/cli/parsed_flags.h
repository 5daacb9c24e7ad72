// The outcome of a command line: each flag's typed value, and the words that are no flags.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace kencrypt::cli {

struct FlagValue {
  std::variant<std::string, bool, std::int64_t, Duration, std::vector<std::string>> value;
  bool was_set = false;  // given on the command line, be it with its default
};

using FlagValues = std::map<std::string, FlagValue, std::less<>>;

// Values by long name. Asking for a flag that was not declared, or by another kind than it was
// declared with, is a mistake in this program and aborts it.
class ParsedFlags {
 public:
  ParsedFlags(FlagValues values, std::vector<std::string> positionals)
      : values_(std::move(values)), positionals_(std::move(positionals)) {}

  // References are valid as long as this object.
  const std::string& get_string(std::string_view name) const;
  bool get_bool(std::string_view name) const;
  std::int64_t get_int(std::string_view name) const;
  Duration get_duration(std::string_view name) const;
  const std::vector<std::string>& get_list(std::string_view name) const;
  bool was_set(std::string_view name) const;
  // Whether there is such a flag at all: for those who read the flags of any command.
  bool is_declared(std::string_view name) const { return values_.contains(name); }

  const std::vector<std::string>& positionals() const { return positionals_; }

 private:
  const FlagValue& find(std::string_view name) const;
  template <class T>
  const T& get(std::string_view name) const;

  FlagValues values_;
  std::vector<std::string> positionals_;
};

}  // namespace kencrypt::cli
