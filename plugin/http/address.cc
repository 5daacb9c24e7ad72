#include "http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace kencrypt::http {
namespace {

constexpr int kMappedBits = 96;  // ::ffff:0:0/96 in front of an IPv4 address
constexpr Address kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr Address kLoopbackV6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

bool is_v4_text(std::string_view text) { return text.find(':') == std::string_view::npos; }

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string plain(text.substr(0, text.find('%')));
  Address address = kMappedPrefix;
  if (is_v4_text(plain)) {
    if (::inet_pton(AF_INET, plain.c_str(), address.data() + kMappedBits / 8) != 1)
      return std::nullopt;
    return address;
  }
  if (::inet_pton(AF_INET6, plain.c_str(), address.data()) != 1) return std::nullopt;
  return address;
}

std::optional<AddressRange> parse_range(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(slash + 1);
  const std::string_view base = text.substr(0, slash);
  const auto address = parse_address(base);
  int bits = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (!address || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (is_v4_text(base)) bits += kMappedBits;
  if (bits < (is_v4_text(base) ? kMappedBits : 0) || bits > 128) return std::nullopt;
  return AddressRange{*address, bits};
}

bool contains(const AddressRange& range, const Address& address) {
  const auto bytes = range.bits / 8;
  if (!std::equal(range.base.begin(), range.base.begin() + bytes, address.begin())) return false;
  const int rest = range.bits % 8;
  if (rest == 0) return true;
  const auto at = static_cast<std::size_t>(bytes);
  return (range.base[at] >> (8 - rest)) == (address[at] >> (8 - rest));
}

bool is_loopback(const Address& address) {
  constexpr std::uint8_t kLoopbackNetwork = 127;
  const bool mapped =
      std::equal(address.begin(), address.begin() + kMappedBits / 8, kMappedPrefix.begin());
  return address == kLoopbackV6 || (mapped && address[kMappedBits / 8] == kLoopbackNetwork);
}

}  // namespace kencrypt::http
