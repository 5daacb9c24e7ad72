// Where candidates come from that no table holds: the kubeconfig, the cluster, a file.
#pragma once

#include <string_view>
#include <vector>

#include "cli/parsed_flags.h"
#include "cli/value_shape.h"
#include "completion/answer.h"

namespace kencrypt::completion {

// What is on the command line before the word that is completed.
struct Line {
  std::string_view command;  // "status"; "" before it
  const cli::ParsedFlags& flags;
};

// Whoever asks waits for a person's next key: an answer comes at once or not at all. No answer is
// an empty one; nothing is printed, and nobody is asked.
class Sources {
 public:
  virtual ~Sources() = default;
  // All that a value of this kind may be: never a part, of which a shell would take the first for
  // the only one. Kinds: context, cluster, user, name_space, resource_types, encryption_key.
  virtual std::vector<Candidate> values(cli::Means kind, const Line& line) = 0;
  // The names of all objects of a type, which is as it was written.
  virtual std::vector<Candidate> names(std::string_view type, const Line& line) = 0;
  // Whether `word`, between types and names, is a type.
  virtual bool is_type(std::string_view word, const Line& line) = 0;
};

}  // namespace kencrypt::completion
