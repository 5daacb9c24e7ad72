#include "config/key_strength.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace kencrypt::config {
namespace {

struct Sample {
  std::string_view key;
  std::string_view where;
};

constexpr std::string_view kKubernetes = "the documentation of Kubernetes";
// kubernetes.io, "Encrypting Confidential Data at Rest", of today and of former releases; types_encryption.go.
constexpr std::array<Sample, 6> kSamples = {{{"secret is secure", kKubernetes},
                                             {"this is password", kKubernetes},
                                             {"abcdefghijklmnopqrstuvwxyz123456", kKubernetes},
                                             {"secret is secure, or is it?\n", kKubernetes},
                                             {"secret is secure, I think", kKubernetes},
                                             {"0123456789abcdef0123456789abcdef", "examples all over the web"}}};

bool is_hex(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_printable(unsigned char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t'; }

// 0, 1, 2, ...: also backwards, and in other steps.
bool is_sequence(std::string_view key) {
  const auto step = static_cast<unsigned char>(key[1] - key[0]);
  for (std::size_t i = 1; i < key.size(); ++i)
    if (static_cast<unsigned char>(key[i] - key[i - 1]) != step) return false;
  return true;
}

// Of 32 random bytes some 30 differ, of 16 some 15.5; half of them differ once in more than 10^9 keys.
bool repeats(std::string_view key) {
  std::bitset<256> seen;
  for (const char c : key) seen.set(static_cast<unsigned char>(c));
  return seen.count() <= key.size() / 2;
}

}  // namespace

std::optional<std::string_view> sample_name(std::string_view key) {
  const auto found = std::find_if(kSamples.begin(), kSamples.end(), [key](const Sample& one) { return one.key == key; });
  return found == kSamples.end() ? std::nullopt : std::optional(found->where);
}

std::optional<std::string_view> weakness_of(std::string_view key) {
  if (key.size() < 8) return std::nullopt;  // no key of any provider, and too short to judge
  if (is_sequence(key)) return "its bytes follow a pattern";
  if (std::all_of(key.begin(), key.end(), is_hex))
    return "it is text of hexadecimal digits, of which each byte holds four bits alone";
  if (std::all_of(key.begin(), key.end(), is_printable)) return "it is text";
  if (repeats(key)) return "its bytes repeat";
  return std::nullopt;
}

}  // namespace kencrypt::config
