#include "config/fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace kencrypt::config {
namespace {

using document::Field;
using document::Kind;
using document::Node;

bool is_infinite(const Node& node) {
  return node.kind == Kind::number && node.text().find_first_of("nN") != std::string_view::npos;
}

// An alias may stand for a mapping, not for a list of them.
bool is_mergeable(const Node& value) {
  if (value.is_map()) return true;
  if (!value.is_list() || value.alias) return false;
  return std::all_of(value.items.begin(), value.items.end(), [](const Node& item) { return item.is_map(); });
}

void check_key(const Field& field, Findings& findings) {
  const Node& key = field.key;
  if (key.is_map() || key.is_list() || key.kind == Kind::null || is_infinite(key))
    findings.error("unreadable", key.begin, "", fmt::format("the name of a field is {}", kind_name(key.kind)),
                   "a name is text");
  if (key.merge && !is_mergeable(field.value))
    findings.error("unreadable", key.begin, "", "\"<<\" stands before something that is no mapping",
                   "write the fields out");
}

std::string suggestion(std::string_view name, std::span<const std::string_view> known) {
  const auto same = [name](std::string_view other) {
    return std::equal(name.begin(), name.end(), other.begin(), other.end(), [](unsigned char a, unsigned char b) {
      return std::tolower(a) == std::tolower(b);
    });
  };
  const auto found = std::find_if(known.begin(), known.end(), same);
  if (found != known.end()) return fmt::format("write {}", *found);
  if (known.empty()) return "nothing may stand in it: write {}";
  return fmt::format("known here: {}", fmt::join(known, ", "));
}

// A mistyped key may stand where a name should.
std::string shown_name(std::string_view name) {
  static constexpr std::size_t kLongestName = 24;
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  return plain && name.size() <= kLongestName ? fmt::format(" \"{}\"", name) : std::string();
}

}  // namespace

void check_convertible(const Node& root, Findings& findings) {
  if (is_infinite(root))
    findings.error("unreadable", root.begin, "", "a number that JSON cannot hold", "put it in quotes");
  for (const Node& item : root.items) check_convertible(item, findings);
  for (const Field& field : root.fields) {
    check_key(field, findings);
    check_convertible(field.value, findings);
  }
}

Fields::Fields(const Node& map, std::string_view field, std::span<const std::string_view> known, const Server& server,
               Findings& findings)
    : field_(field) {
  collect(map);
  report(known, server, findings);
}

// Merged lists from their end, as earlier elements take precedence (decode.go, merge).
void Fields::collect(const Node& map) {
  for (const Field& field : map.fields) {
    if (!field.key.merge)
      fields_.push_back(&field);
    else if (field.value.is_map())
      collect(field.value);
    else
      for (auto item = field.value.items.rbegin(); item != field.value.items.rend(); ++item) collect(*item);
  }
}

void Fields::report(std::span<const std::string_view> known, const Server& server, Findings& findings) const {
  const auto tell = [&](std::string_view rule, const Node& key, std::string message, const std::string& advice) {
    if (server.strict()) return findings.error(rule, key.begin, field_, std::move(message), advice);
    findings.warning(rule, key.begin, field_, std::move(message), advice + "; from 1.31 on the API server refuses it");
  };
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Node& key = fields_[i]->key;
    if (std::find(known.begin(), known.end(), key.text()) == known.end()) {
      tell("unknown-field", key, fmt::format("unknown field{}", shown_name(key.text())), suggestion(key.text(), known));
      continue;
    }
    const bool repeated = std::any_of(fields_.begin(), fields_.begin() + static_cast<std::ptrdiff_t>(i),
                                      [&key](const Field* other) { return other->key.text() == key.text(); });
    if (repeated)
      tell("duplicate-field", key, fmt::format("the field {} stands here for the second time", key.text()),
           "keep one of them");
  }
}

const Field* Fields::find(std::string_view name) const {
  const auto found = std::find_if(fields_.rbegin(), fields_.rend(),
                                  [name](const Field* field) { return field->key.text() == name; });
  return found == fields_.rend() ? nullptr : *found;
}

const Node* Fields::value(std::string_view name) const {
  const Field* field = find(name);
  return field == nullptr || field->value.kind == Kind::null ? nullptr : &field->value;
}

std::string Fields::path(std::string_view name) const {
  return field_.empty() ? std::string(name) : fmt::format("{}.{}", field_, name);
}

}  // namespace kencrypt::config
