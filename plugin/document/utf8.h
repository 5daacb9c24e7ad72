// UTF-8 as Go's unicode/utf8 sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/secret.h"

namespace kencrypt::document {

struct CodePoint {
  std::uint32_t value = 0xFFFD;
  std::size_t size = 1;  // bytes; 1 with the value U+FFFD for a byte that is no UTF-8
  bool valid = false;
};

// The first of `text`, which is not empty (utf8.DecodeRune: overlong forms and surrogates are no UTF-8).
CodePoint first_code_point(std::string_view text);

// `value` must be a code point and no surrogate.
void append_code_point(SecretBytes& out, std::uint32_t value);

// `text` with U+FFFD for each byte that is no UTF-8.
SecretBytes replace_invalid_utf8(std::string_view text);

}  // namespace kencrypt::document
