// What a JSONPath template selects of a document.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "output/jsonpath_node.h"

namespace kencrypt::output::jsonpath {

// Values that one template may select in all its steps together: ten for each of 100,000 rows.
// Without a limit a short template like {..}{range ..} repeated makes as many as memory holds.
inline constexpr std::size_t kMaxSelected = 1'000'000;
// Ranges within ranges; a document has no more levels than these.
inline constexpr std::size_t kMaxRanges = 32;

struct Missing {
  bool allowed = true;  // --allow-missing-template-keys
};

// Each part of the template in turn, those of a {range} once a value: what it selects. Pointers
// into `document` and into the template, which must outlive this, and into `bytes`.
struct Selection {
  std::vector<std::vector<const Value*>> parts;
  std::vector<Value>
      bytes;  // a text's elements are numbers, as in Go; all 256, or none if none is selected
};

// As client-go's FindResults does it, except that a list without elements does not end the
// selection from the lists behind it. Errors: usage, in client-go's words; too_large.
Result<Selection> evaluate(const Template& parts, const Value& document, Missing missing);

}  // namespace kencrypt::output::jsonpath
