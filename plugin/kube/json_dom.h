// RapidJSON's tree, for documents that hold no secrets and are read once: discovery, definitions.
// Only kube/json_*.cc include this.
#pragma once

#include <rapidjson/document.h>

#include <string_view>

#include "kube/json_reader.h"

namespace kencrypt::kube {

// False if `text` is not one JSON object.
inline bool parse_tree(std::string_view text, rapidjson::Document& tree) {
  return !tree.Parse<kJsonFlags>(text.data(), text.size()).HasParseError() && tree.IsObject();
}

// The member `name` of `value`, or null if there is none or `value` is no object.
inline const rapidjson::Value* member(const rapidjson::Value& value, const char* name) {
  if (!value.IsObject()) return nullptr;
  const auto found = value.FindMember(name);
  return found == value.MemberEnd() ? nullptr : &found->value;
}

// A string member; "" if it is missing or something else.
inline std::string_view text_in(const rapidjson::Value& value, const char* name) {
  const rapidjson::Value* found = member(value, name);
  if (found == nullptr || !found->IsString()) return {};
  return {found->GetString(), found->GetStringLength()};
}

inline bool true_in(const rapidjson::Value& value, const char* name) {
  const rapidjson::Value* found = member(value, name);
  return found != nullptr && found->IsTrue();
}

// Calls `take` with each element of an array member; with none if it is missing or something else.
template <class Take>
void each_in(const rapidjson::Value& value, const char* name, Take take) {
  const rapidjson::Value* found = member(value, name);
  if (found == nullptr || !found->IsArray()) return;
  for (const rapidjson::Value& element : found->GetArray()) take(element);
}

}  // namespace kencrypt::kube
