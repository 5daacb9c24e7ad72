#include "base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

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

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  sound_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
}

void Sha256::update(std::string_view bytes) {
  sound_ = sound_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

std::array<char, Sha256::kSize> Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  std::array<char, kSize> result{};
  if (!sound_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) return result;
  for (std::size_t i = 0; i < kSize; ++i) result.at(i) = static_cast<char>(digest.at(i));
  return result;
}

}  // namespace kencrypt
