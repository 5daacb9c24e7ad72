// What is unwise about where and how a configuration is kept, and for how long.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/file_facts.h"
#include "config/model.h"

namespace kencrypt::config {

void check_file(const FileFacts& file, Findings& findings);

// Of the keys that write: by the day in a key's name, as `config add-key` writes it, or by how long the file has been
// as it is.
void check_key_age(const Model& model, const FileFacts& file, Findings& findings);

// The day that a name has in it, as 2026-11-27 or 20261127, in days since 1970; nullopt: none.
std::optional<std::int64_t> day_in_name(std::string_view name);

}  // namespace kencrypt::config
