// The words of a command line that say what is meant, as kubectl reads them (k8s.io/cli-runtime
// pkg/resource/builder.go, ResourceTypeOrNameArgs), and one form more: types side by side. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kencrypt::commands {

struct TypeAndNames {
  std::string type;                // as it was written
  std::vector<std::string> names;  // empty: all objects of the type
};

struct TargetWords {
  std::vector<TypeAndNames> chosen;
  // In "secrets a b" these are names of secrets, in "secrets configmaps" a further type: only the server
  // knows.
  std::vector<std::string> undecided;
};

// Whether a type means Secrets, which no server needs to be asked.
bool means_secrets(std::string_view type);

// No words mean Secrets; "a,b" several types; "a/x b/y" objects by type and name. Errors: usage, in
// kubectl's words.
Result<TargetWords> parse_target_words(const std::vector<std::string>& words);

// Makes the undecided words types, if all of them are, or names, if none is. Errors: usage, for a mixture.
Result<std::vector<TypeAndNames>> decide(TargetWords words,
                                         const std::function<bool(std::string_view)>& is_type);

}  // namespace kencrypt::commands
