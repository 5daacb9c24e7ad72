// The lines in which kubectl's completion reads an answer (github.com/spf13/cobra completions.go;
// k8s.io/kubectl pkg/cmd/plugin/plugin_completion.go).
#pragma once

#include <iosfwd>

#include "completion/answer.h"

namespace kencrypt::completion {

enum class Descriptions { with, without };

// A line for each candidate, with its description behind a tab, and last ":DIRECTIVE". A candidate
// that would not be one line of plain characters is left out: names are other people's.
void write_answer(std::ostream& out, const Answer& answer, Descriptions descriptions);

}  // namespace kencrypt::completion
