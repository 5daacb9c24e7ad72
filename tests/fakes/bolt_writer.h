// Writes small bbolt files page by page, also ones that bbolt would never write.
//
// Independent of the reader: written from go.etcd.io/bbolt internal/common/{page,meta,inode}.go.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kencrypt::fakes {

// A number as a little-endian machine has it, or in network order.
template <class T>
std::string little(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}
template <class T>
std::string big(T value) {
  const std::string bytes = little(value);
  return {bytes.rbegin(), bytes.rend()};
}

struct BoltElement {
  std::string key;
  std::string value;
  bool bucket = false;
};

struct BoltBranch {
  std::string key;
  std::uint64_t child = 0;
};

class BoltWriter {
 public:
  static constexpr std::uint64_t kNoFreelist = ~std::uint64_t{0};

  explicit BoltWriter(std::uint32_t page_size)
      : page_size_(page_size), pages_(2 * page_size, '\0') {}

  // Append pages and return the number of the first.
  std::uint64_t leaf(const std::vector<BoltElement>& elements);
  std::uint64_t branch(const std::vector<BoltBranch>& children);
  std::uint64_t raw(std::string_view bytes);  // filled up with zeros
  // A tree with `per_leaf` elements a leaf and as many branches above as it takes; returns its
  // root.
  std::uint64_t tree(const std::vector<BoltElement>& elements, std::size_t per_leaf);

  // Name what the root holds; `inline_bucket` puts all into the root's page.
  void bucket(std::string name, std::uint64_t root);
  void inline_bucket(std::string name, const std::vector<BoltElement>& elements);

  // The file with its root and both meta pages, of which page `txid` % 2 counts.
  std::string finish(std::uint64_t txid = 10, std::uint64_t freelist = kNoFreelist);
  // The same with the SHA-256 of a snapshot behind it.
  static std::string as_snapshot(std::string database);
  // Writes a meta page's content at its place, with the right checksum.
  static void put_meta(std::string& file, std::uint32_t page_size, int which, std::uint64_t root,
                       std::uint64_t freelist, std::uint64_t pages, std::uint64_t txid);
  // Makes a meta page's checksum right again.
  static void seal_meta(std::string& file, std::size_t page_offset);

 private:
  static std::string image(std::uint64_t id, std::uint32_t overflow,
                           const std::vector<BoltElement>& elements);
  std::uint64_t append(std::string bytes);
  std::uint64_t next_page() const { return pages_.size() / page_size_; }
  std::uint32_t overflow(std::size_t bytes) const {
    return static_cast<std::uint32_t>((std::max<std::size_t>(bytes, 1) - 1) / page_size_);
  }

  std::uint32_t page_size_;
  std::string pages_;
  std::vector<BoltElement> root_;
};

// etcd's own content.
std::string revision_key(std::int64_t main, std::int64_t sub = 0, bool tombstone = false);
// mvccpb.KeyValue, as etcd writes it.
std::string key_value_message(std::string_view key, std::string_view value, std::int64_t create,
                              std::int64_t mod, std::int64_t version);
BoltElement put_element(std::int64_t revision, std::string_view key, std::string_view value,
                        std::int64_t version = 1);
BoltElement delete_element(std::int64_t revision, std::string_view key);
// The bucket `meta` of etcd 3.6.
std::vector<BoltElement> meta_elements(std::int64_t compacted);

// One field of a protobuf message.
std::string proto_bytes(std::uint32_t number, std::string_view bytes);
std::string proto_varint(std::uint32_t number, std::uint64_t value);

}  // namespace kencrypt::fakes
