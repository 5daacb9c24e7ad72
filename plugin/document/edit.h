// Changes to a text of which all else stays as it is: comments, blank lines, order, quotes. The unit is the whole
// line, which is how block style YAML is written.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "document/tree.h"

namespace kencrypt::document {

// The bytes from `begin` to before `end`.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

// `range` is replaced by `text`; an empty range is an insertion.
struct Edit {
  Range range;
  SecretBytes text;
};

// All edits together; their ranges are those of the text as it is. Edits must not overlap; insertions at one place are
// made in their order. Errors: config, for edits that overlap or reach beyond the text, which is a defect of the caller.
Result<SecretBytes> apply_edits(std::string_view text, std::span<const Edit> edits);

// The line break of the text: that of its first line, "\n" where it has none.
std::string_view line_break(std::string_view text);

// The beginning of the line that `offset` is in, and what is behind its line break (the end of the text, if it has none).
std::size_t line_begin(std::string_view text, std::size_t offset);
std::size_t line_end(std::string_view text, std::size_t offset);

// The whole lines of one item of a block list: those of its own, and the comment lines directly above it that stand as
// far in as its dash. Not what follows it. `list` is from the tree of `text`, not in flow style.
Range item_lines(std::string_view text, const Node& list, std::size_t index);

// Likewise of one field of a block mapping. The first field of a mapping that is an item of a list shares its line with
// the dash: then the range begins at the field itself, and has no comments.
Range field_lines(std::string_view text, const Node& map, std::size_t index);

// How far in the dashes of a block list stand, and the names of a block mapping: the number of columns before them.
std::size_t indentation(const Node& block);

// How far in the dashes of a block list that is not empty stand, also where the list begins with an anchor or a tag.
std::size_t dash_column(std::string_view text, const Node& list);

}  // namespace kencrypt::document
