// IP addresses and ranges as values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kencrypt::http {

// IPv6, or IPv4 in its IPv4-mapped form, so that the two spellings of one address are equal.
using Address = std::array<std::uint8_t, 16>;

// "10.0.0.1" or "fe80::1%eth0" (the zone is ignored), without brackets. nullopt for a name.
std::optional<Address> parse_address(std::string_view text);

struct AddressRange {
  Address base{};
  int bits = 0;  // of the 128
};

// "10.0.0.0/8" or "fd00::/8".
std::optional<AddressRange> parse_range(std::string_view text);

bool contains(const AddressRange& range, const Address& address);

bool is_loopback(const Address& address);

}  // namespace kencrypt::http
