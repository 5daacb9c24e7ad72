// The documents of etcd's JSON gateway, read leaf by leaf in the buffer that they came in: no
// string of theirs, which may be a Secret, is copied.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/secret.h"

namespace kencrypt::etcd {

// All that is wanted of etcd's replies is two names deep: `outer` is a member of the document,
// `inner` a member of an object in it or, where it is a list, of one of the objects in that; "" for
// a value that stands there itself. What is deeper is gone over without a call.
struct JsonVisitor {
  // A string, a number or a boolean ("true"). `value` may be overwritten, to decode it in place;
  // what is left there stays as long as the document. Null counts as absent. False ends the walk.
  std::function<bool(std::string_view outer, std::string_view inner, std::span<char> value)>
      on_leaf;
  // An object that is, or is in, the member `outer` begins. False ends the walk.
  std::function<bool(std::string_view outer)> on_object = [](std::string_view) { return true; };
};

// Visits all of `document` in order and leaves it overwritten: call it once. Numbers beyond 64 bits
// or with a fraction are gone over. False if it is no JSON object or the visitor returned false.
bool walk_json(SecretBytes& document, const JsonVisitor& visitor);

}  // namespace kencrypt::etcd
