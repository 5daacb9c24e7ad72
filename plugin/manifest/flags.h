// Flags among the words of a command line, as kube-apiserver reads them (pflag, with '_' for '-').
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/api_server.h"

namespace kencrypt::manifest {

inline constexpr std::string_view kConfigFlag = "encryption-provider-config";
inline constexpr std::string_view kReloadFlag = "encryption-provider-config-automatic-reload";

struct FlagUse {
  std::string value;       // of a bare boolean: "true"
  std::size_t line = 0;    // of the flag
  std::size_t word = 0;    // the index of the word that has its value
  bool separate = false;   // the value is a word of its own
};

// What is in force of a flag that has a value: of several uses the last. Nothing, if it is not there. Errors: conflict, if
// several uses differ; config, if the flag has no value.
Result<std::optional<FlagUse>> find_text_flag(const ApiServer& server, std::string_view name);

// Likewise of a boolean flag, the last of which is in force.
std::optional<FlagUse> find_boolean_flag(const ApiServer& server, std::string_view name);

// Go's strconv.ParseBool.
std::optional<bool> parse_bool(std::string_view text);

// Where another flag can be put so that no word changes its meaning: where it belongs among flags that are sorted by
// name, else as far back as is safe: not behind a flag whose value may be the next word. The index of the word in front
// of which. Errors: config, if the words have a "--", behind which nothing is a flag.
Result<std::size_t> place_for(const ApiServer& server, std::string_view name);

}  // namespace kencrypt::manifest
