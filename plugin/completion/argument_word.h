// A word that names resource types or objects, as `status` and `rewrite` take them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "completion/answer.h"
#include "completion/sources.h"

namespace kencrypt::completion {

// TYPE[,TYPE...], several beside each other. `before` are the arguments so far; what they name is
// not offered again.
Answer type_word(const std::vector<std::string>& before, std::string_view word, const Line& line,
                 Sources& sources);

// The same, or names of objects behind a type, or TYPE/NAME: as the words before it have begun
// (commands/target_words.h). Behind a single type either may follow; types are offered where no
// name fits.
Answer object_word(const std::vector<std::string>& before, std::string_view word, const Line& line,
                   Sources& sources);

}  // namespace kencrypt::completion
