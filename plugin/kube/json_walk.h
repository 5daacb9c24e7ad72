// Small Kubernetes documents, read leaf by leaf: enough for the few fields that a check needs.
#pragma once

#include <functional>
#include <string_view>

namespace kencrypt::kube {

// A place in a document: names of members after dots, elements of arrays as "[]", so
// ".items[].metadata.name". Names are not escaped: a dot may also be part of one.
struct JsonVisitor {
  // A string, a number or a boolean ("true") with its place. Null counts as absent.
  std::function<void(std::string_view path, std::string_view value)> on_leaf;
  // An object has ended.
  std::function<void(std::string_view path)> on_end = [](std::string_view) {};
};

// Deeper documents are refused; Kubernetes objects have some 20 levels.
inline constexpr int kMaxJsonDepth = 100;

// Visits all of `text` in order. False if it is no JSON object; what came before its fault has been
// visited then. The views are valid during the call of the visitor only.
bool walk_json(std::string_view text, const JsonVisitor& visitor);

}  // namespace kencrypt::kube
