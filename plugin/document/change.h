// Changes of a document that are made in its text, in the style in which it is written, and proven in its tree: the new
// text is read again, and has to say what the old one said with that change and nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "document/tree.h"

namespace kencrypt::document {

// Values to be written; they stand nowhere yet.
Node text_node(std::string_view text);
Node true_node();
Node list_node(std::vector<Node> items);
Node map_node(std::vector<std::pair<std::string_view, Node>> fields);

// Whether both say the same: kinds, scalars, items and fields in their order. Places, quotes and anchors do not count.
bool same_value(const Node& a, const Node& b);

// The way from the root: the index of an item in a list, of a field in a mapping.
using Path = std::vector<std::size_t>;

// What stands at the end of a path, which has to be one of `root`. Valid as long as `root`.
const Node& at(const Node& root, const Path& path);

enum class ChangeKind {
  insert_item,  // into the list at `path`, before its item `index`, or behind the last
  add_field,    // to the mapping at `path`, behind its last field
  set_value,    // of the value at `path`, which is a scalar or null
};

struct Change {
  ChangeKind kind = ChangeKind::insert_item;
  Path path;
  std::size_t index = 0;  // insert_item
  std::string name;       // add_field
  Node value;
};

// The text with the change made. `tree` is that of `text`. Errors: config, where the text is laid out so that the change
// cannot be made without another, for example through an anchor that serves two places.
Result<SecretBytes> make_change(std::string_view text, const Tree& tree, const Change& change);

}  // namespace kencrypt::document
