#include "base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace kencrypt {

std::string sha256_label(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    return "";
  std::string label = "sha256:";
  for (unsigned i = 0; i < size; ++i) label += fmt::format("{:02x}", digest.at(i));
  return label;
}

}  // namespace kencrypt
