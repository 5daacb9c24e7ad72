// The rows of `status` as --by asks for them, for every form of the report.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "commands/status_output.h"
#include "coverage/grouping.h"
#include "output/table.h"
#include "output/value.h"

namespace kencrypt::commands {

using Cells = std::vector<std::string>;

// Appends the row's current, stale, plaintext and unknown objects.
Cells with_states(Cells cells, const coverage::Coverage& row);

// "key", "namespace", "resource".
std::string_view grouping_name(coverage::Grouping by);

// Of --by=key.
std::vector<coverage::KeyRow> key_rows(const StatusResult& result);

// "aescbc/key1"; "<unknown>" of the row without a key.
std::string key_text(const coverage::KeyRow& row);
// "current", "current,stale".
std::string states_text(const coverage::KeyRow& row);
// "2", "2..3".
std::string namespaces_text(const coverage::KeyRow& row);
// All of them with commas, or, as kubectl does for hosts, the first three: "a,b,c + 2 more...".
std::string resources_text(const coverage::KeyRow& row, bool all);

// How many namespaces have objects.
std::size_t namespaces_in(const coverage::CoverageReport& report);

// The table for people; `wide` as with -o wide.
output::Table coverage_table(const StatusResult& result, bool wide);

}  // namespace kencrypt::commands
