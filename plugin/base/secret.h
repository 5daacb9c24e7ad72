// Bytes that must not outlive their use: tokens, private keys, pages that hold Secrets.
//
// The memory is wiped before it is given back, on growth too. The type has no formatter, stream
// operator or conversion to a string, so it cannot be printed or logged by accident; view() is the
// one, visible way to the bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace kencrypt {

// Overwrites `size` bytes at `data`; not optimised away (OPENSSL_cleanse).
void wipe(void* data, std::size_t size) noexcept;

template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  explicit(false) WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* p, std::size_t n) noexcept {
    wipe(p, n * sizeof(T));
    std::allocator<T>().deallocate(p, n);
  }
  friend bool operator==(WipingAllocator, WipingAllocator) { return true; }
};

class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}

  // Valid until the next change of this object.
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  std::size_t size() const { return bytes_.size(); }
  std::size_t capacity() const { return bytes_.capacity(); }
  bool empty() const { return bytes_.empty(); }
  void append(std::string_view more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
  void reserve(std::size_t n) { bytes_.reserve(n); }
  // Makes it `n` bytes long and returns them for a library to write into; new ones are 0, those beyond
  // are wiped. Valid as view() is.
  std::span<char> resize(std::size_t n) {
    if (n < bytes_.size()) wipe(bytes_.data() + n, bytes_.size() - n);
    bytes_.resize(n);
    return bytes_;
  }
  // For decoding in place, so that there is no second copy to be wiped. Valid as view() is.
  std::span<char> writable() { return bytes_; }
  // Wipes and drops all behind the first `n` bytes.
  void truncate(std::size_t n) noexcept {
    if (n >= bytes_.size()) return;
    wipe(bytes_.data() + n, bytes_.size() - n);
    bytes_.erase(bytes_.begin() + static_cast<std::ptrdiff_t>(n), bytes_.end());
  }
  // Empties and wipes; the capacity is kept for the next use.
  void clear() noexcept {
    wipe(bytes_.data(), bytes_.size());
    bytes_.clear();
  }
  friend bool operator==(const SecretBytes&, const SecretBytes&) = default;

 private:
  std::vector<char, WipingAllocator<char>> bytes_;
};

}  // namespace kencrypt
