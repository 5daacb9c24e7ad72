// Standard base64 (RFC 4648 section 4), as kubeconfig's *-data fields and EncryptionConfiguration
// use it, and its URL form for continue tokens.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt {

// Decodes padded standard base64; line breaks and blanks are skipped, as Go's decoder skips line
// breaks. Errors: config, for any other character, or a wrong length or padding; the message holds
// no part of the text.
Result<SecretBytes> decode_base64(std::string_view text);

// The same within `text`, whose beginning then holds the bytes; returns how many.
Result<std::size_t> decode_base64_in_place(std::span<char> text);

// Padded standard base64, in one line.
SecretBytes encode_base64(std::string_view bytes);

}  // namespace kencrypt
