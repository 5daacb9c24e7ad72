// What a kubectl JSONPath template is made of: the syntax tree (k8s.io/client-go util/jsonpath).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "output/value.h"

namespace kencrypt::output::jsonpath {

struct Node;
// Steps one after the other: what one selects is what the next one starts from.
using Path = std::vector<Node>;

// A quoted text or text outside braces; a number; true or false.
struct Literal {
  Value value;
};

struct Field {
  std::string name;
};

struct Wildcard {};  // .* and [*] of anything: all members or elements
struct Descent {};   // ..: everything below, containers only

// A bare word: range, end, or one that means nothing.
struct Word {
  std::string name;
};

// One of START:END:STEP. `derived`: [N] stands for [N:N+1].
struct Bound {
  std::int64_t value = 0;
  bool known = false;
  bool derived = false;
};

struct Slice {
  Bound start, end, step;
};

struct Union {
  std::vector<Path> parts;
};

// [?(LEFT OPERATOR RIGHT)]; without an operator, [?(LEFT)], LEFT has to select something.
struct Filter {
  Path left;
  std::string op;
  Path right;
};

struct Node {
  std::variant<Literal, Field, Wildcard, Descent, Word, Slice, Union, Filter> kind;
};

// What is in each pair of braces, and each text between them, in their order.
using Template = std::vector<Path>;

}  // namespace kencrypt::output::jsonpath
