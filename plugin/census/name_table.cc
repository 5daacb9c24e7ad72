#include "census/name_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace kencrypt::census {

Result<void> NameTable::add(const kube::ObjectName& object) {
  if (object.name.size() > most_ || text_.size() > most_ - object.name.size())
    return fail(
        ErrorKind::too_large,
        fmt::format("the names of the objects take more than {} bytes; look at fewer at once, "
                    "by namespace or selector",
                    most_));
  entries_.push_back({namespace_index(object.name_space), static_cast<std::uint32_t>(text_.size()),
                      static_cast<std::uint32_t>(object.name.size())});
  text_ += object.name;
  return {};
}

// A list mostly stays in one namespace.
std::uint32_t NameTable::namespace_index(const std::string& name_space) {
  if (!entries_.empty() && namespaces_[entries_.back().name_space] == name_space)
    return entries_.back().name_space;
  const auto [place, fresh] =
      index_of_namespace_.emplace(name_space, static_cast<std::uint32_t>(namespaces_.size()));
  if (fresh) namespaces_.push_back(name_space);
  return place->second;
}

void NameTable::sort() {
  const auto view = [this](const Entry& entry) {
    return std::tuple(std::string_view(namespaces_[entry.name_space]),
                      std::string_view(text_).substr(entry.offset, entry.length));
  };
  std::sort(entries_.begin(), entries_.end(),
            [&view](const Entry& a, const Entry& b) { return view(a) < view(b); });
  entries_.erase(
      std::unique(entries_.begin(), entries_.end(),
                  [&view](const Entry& a, const Entry& b) { return view(a) == view(b); }),
      entries_.end());
}

std::string_view NameTable::name_space(std::size_t index) const {
  return namespaces_[entries_[index].name_space];
}

std::string_view NameTable::name(std::size_t index) const {
  return std::string_view(text_).substr(entries_[index].offset, entries_[index].length);
}

kube::ObjectName NameTable::object(std::size_t index) const {
  return {std::string(name_space(index)), std::string(name(index))};
}

NameRange NameRange::first_namespace() const {
  std::size_t count = 1;
  while (count < size() && same_namespace(count, 0)) ++count;
  return first(count);
}

std::size_t NameRange::count_namespaces() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < size(); ++i)
    if (i == 0 || !same_namespace(i, i - 1)) ++count;
  return count;
}

}  // namespace kencrypt::census
