// Whether an API server starts with a file, and what is not as it should be in it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "config/file_facts.h"
#include "config/finding.h"
#include "config/server.h"

namespace kencrypt::config {

// An error among the findings: the API server refuses the file; none: it takes it. The findings quote nothing of a key,
// nor of what stands where one should. `file` is what the file system says of it, or null where it is in no file.
std::vector<Finding> lint(std::string_view text, const Server& server, const FileFacts* file = nullptr);

// The first error among them; nullopt: the API server takes the text.
std::optional<Finding> first_error(std::string_view text, const Server& server);

}  // namespace kencrypt::config
