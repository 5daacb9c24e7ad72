// The words in which `status` says what it found: the same in the table, on the page and in documents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commands/status_output.h"

namespace kencrypt::commands {

// "aescbc/key1", "identity"; "<unknown>" where it could not be made out.
std::string under_text(const encryption::StoredUnder& under);

// "7"; "7..10" where only bounds are known.
std::string bounds_text(std::uint64_t min, std::uint64_t max);

// "identity=1, aescbc/key1=7..10"; "<none>" without any.
std::string keys_text(const coverage::Coverage& row);

// "64%", ">=64%" where only a lower bound is known; "<none>" of nothing.
std::string percent_text(const coverage::Coverage& row);

// The name of a namespace; "<none>" of what is in none.
std::string namespace_text(std::string_view name_space);

// "Write key: aescbc/key2 (why)", or "Write key of secrets, configmaps: ...": resources that have the same for the same
// reason stand together.
std::vector<std::string> write_key_lines(const StatusResult& result);

// `evidence_text` is laid out for a terminal; for everything else:
std::string evidence_in_one_line(const StatusResult& result);

// "Decryption: of 3 objects 1 decrypt and ...".
std::string decryption_line(const inventory::DecryptionReport& report);

// "May aescbc/key1 go? No."
std::string removal_answer(const Removal& removal);

}  // namespace kencrypt::commands
