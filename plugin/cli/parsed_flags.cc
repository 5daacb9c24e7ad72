#include "cli/parsed_flags.h"

#include <cstdlib>

namespace kencrypt::cli {

const FlagValue& ParsedFlags::find(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) std::abort();
  return found->second;
}

template <class T>
const T& ParsedFlags::get(std::string_view name) const {
  const T* value = std::get_if<T>(&find(name).value);
  if (value == nullptr) std::abort();
  return *value;
}

const std::string& ParsedFlags::get_string(std::string_view name) const {
  return get<std::string>(name);
}

bool ParsedFlags::get_bool(std::string_view name) const { return get<bool>(name); }

std::int64_t ParsedFlags::get_int(std::string_view name) const { return get<std::int64_t>(name); }

Duration ParsedFlags::get_duration(std::string_view name) const { return get<Duration>(name); }

const std::vector<std::string>& ParsedFlags::get_list(std::string_view name) const {
  return get<std::vector<std::string>>(name);
}

bool ParsedFlags::was_set(std::string_view name) const { return find(name).was_set; }

}  // namespace kencrypt::cli
