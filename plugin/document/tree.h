// A YAML or JSON file as a tree in which every node knows where it stands in the text, for files that are checked line
// by line and edited in place.
//
// Read by libyaml, of which the API server's YAML library (go.yaml.in/yaml/v2) is a translation: what one takes for
// YAML the other does too. Scalars get the types that the server's gives them (YAML 1.1, its resolve.go).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::document {

// A manifest or an encryption configuration has a few KiB.
inline constexpr std::size_t kMaxDocument = 1U << 20;
// What 1 MiB of text holds without aliases; with them, each of their copies counts.
inline constexpr std::size_t kMaxNodes = 1U << 19;
// A static pod has ten levels. Trees are walked by recursion, so this also bounds the stack.
inline constexpr std::size_t kMaxDepth = 64;

struct Place {
  std::size_t offset = 0;  // bytes from the beginning of the text
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1, in code points
};

enum class Kind { null, boolean, integer, number, text, list, map };

// "null", "true or false", "a whole number", "a number", "text", "a list", "a mapping".
std::string_view kind_name(Kind kind);

struct Field;

struct Node {
  Kind kind = Kind::null;
  Place begin;
  Place end;            // behind the last byte of its own: no comment or line break after it
  bool flow = false;    // a list in [], a mapping in {}
  bool quoted = false;  // a scalar in quotes, or in a literal or folded block
  bool shared = false;  // has an anchor or is an alias: what is changed here changes elsewhere
  bool alias = false;   // stands for what has its anchor elsewhere
  bool merge = false;   // the key "<<", whose value's fields belong to the mapping around it
  // The value of a number without a fraction, where it has 64 bits: in YAML that is also 1000.0, and 1e3.
  std::optional<std::int64_t> whole;
  SecretBytes scalar;   // as it reads, without quotes; wiped with the tree, as it may be a key
  std::vector<Node> items;
  std::vector<Field> fields;  // in order; a name may come twice

  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_text() const { return kind == Kind::text; }
  std::string_view text() const { return scalar.view(); }
  // The value of the first field of that name, or null. Only for a mapping; others have no fields.
  const Node* find(std::string_view name) const;
};

struct Field {
  Node key;
  Node value;
};

struct Tree {
  Node root;                    // null for a text of nothing but comments
  bool empty = true;            // there is no document at all
  bool more_documents = false;  // behind the first, which alone the API server and the kubelet read
  bool json = false;            // read by the rules of JSON
};

// Errors: config, for what is no YAML (in which line; nothing of the text is quoted); too_large, beyond the limits
// above.
Result<Tree> parse_tree(std::string_view text);

// JSON by the rules of Go's encoding/json: comments, commas too many and text behind the value are errors; bytes that
// are no UTF-8, and halves of surrogate pairs, are read as U+FFFD. Errors: as parse_tree().
Result<Tree> parse_json_tree(std::string_view text);

// Whether the server takes the text for JSON, and so reads it by nothing else: a brace is the first that is no blank
// (k8s.io/apimachinery pkg/util/yaml, IsJSONBuffer; the blanks are Unicode's).
bool is_json(std::string_view text);

// As the server reads a file: parse_json_tree() where is_json(), else parse_tree().
Result<Tree> parse_as_server(std::string_view text);

// The type that a plain scalar has (text, integer, number, boolean or null). "<<" is text here.
Kind resolve_plain(std::string_view text);

// The value that Node::whole has for a scalar of kind integer or number in YAML.
std::optional<std::int64_t> whole_value(Kind kind, std::string_view text);

}  // namespace kencrypt::document
