#include "base/variables.h"

#include <unistd.h>

#include <algorithm>

extern char** environ;

namespace kencrypt {
namespace {

bool is_named(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name);
}

void set(std::vector<std::string>& entries, std::string entry) {
  const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [name](const std::string& old) { return is_named(old, name); });
  if (found == entries.end())
    entries.push_back(std::move(entry));
  else
    *found = std::move(entry);
}

}  // namespace

Variables::Variables(std::vector<std::string> entries) {
  for (std::string& entry : entries)
    if (entry.find('=') != std::string::npos) set(entries_, std::move(entry));
}

Variables Variables::of_process() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    entries.emplace_back(*entry);
  return Variables(std::move(entries));
}

std::optional<std::string> Variables::find(std::string_view name) const {
  for (const std::string& entry : entries_)
    if (is_named(entry, name) && entry.size() > name.size() + 1)
      return entry.substr(name.size() + 1);
  return std::nullopt;
}

bool Variables::is_set(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [name](const std::string& entry) { return is_named(entry, name); });
}

Variables Variables::with(std::string_view name, std::string_view value) const {
  Variables copy = *this;
  set(copy.entries_, std::string(name) + "=" + std::string(value));
  return copy;
}

}  // namespace kencrypt
