// Looks for the beginnings of values in bytes whose structure is lost.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kencrypt::snapshot {

// How many beginnings of values there are. Objects that are stored as JSON (custom resources) have
// no mark, and are not among them.
struct Fragments {
  std::uint64_t plaintext =
      0;  // "k8s\0" and the first field's tag: an object of Kubernetes, readable
  std::uint64_t encrypted = 0;  // "k8s:enc:"
};

class FragmentScan {
 public:
  FragmentScan() = default;
  ~FragmentScan();
  FragmentScan(const FragmentScan&) = delete;
  FragmentScan& operator=(const FragmentScan&) = delete;

  // Takes bytes that directly follow those of the feed before in the file, unless gap() came
  // between.
  void feed(std::string_view bytes);
  void gap() { kept_size_ = 0; }
  const Fragments& found() const { return found_; }

 private:
  static constexpr std::size_t kKept = 7;  // one byte less than the longest mark

  // Counts the mark that `bytes` begin with if it ends beyond `from`.
  void count_first(std::string_view bytes, std::size_t from);
  void count_all(std::string_view bytes);
  void keep(std::string_view bytes);

  std::array<char, 2 * kKept>
      kept_{};  // the last bytes of the feed before, and room for the next ones
  std::size_t kept_size_ = 0;
  Fragments found_;
};

}  // namespace kencrypt::snapshot
