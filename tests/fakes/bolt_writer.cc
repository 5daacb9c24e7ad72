#include "fakes/bolt_writer.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"

namespace kencrypt::fakes {
namespace {

constexpr std::size_t kHeader = 16;
constexpr std::size_t kElement = 16;
constexpr std::uint16_t kBranchFlag = 1;
constexpr std::uint16_t kLeafFlag = 2;
constexpr std::uint16_t kMetaFlag = 4;

std::string header(std::uint64_t id, std::uint16_t flags, std::size_t count,
                   std::uint32_t overflow) {
  return little(id) + little(flags) + little(static_cast<std::uint16_t>(count)) + little(overflow);
}

std::uint32_t distance(std::size_t from, std::size_t to) {
  return static_cast<std::uint32_t>(to - from);
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

}  // namespace

std::string BoltWriter::image(std::uint64_t id, std::uint32_t overflow,
                              const std::vector<BoltElement>& elements) {
  std::string page = header(id, kLeafFlag, elements.size(), overflow);
  std::string data;
  const std::size_t data_at = kHeader + elements.size() * kElement;
  for (const BoltElement& element : elements) {
    page += little<std::uint32_t>(element.bucket ? 1 : 0);
    page += little(distance(page.size() - 4, data_at + data.size()));
    page += little(static_cast<std::uint32_t>(element.key.size()));
    page += little(static_cast<std::uint32_t>(element.value.size()));
    data += element.key + element.value;
  }
  return page + data;
}

std::uint64_t BoltWriter::append(std::string bytes) {
  const std::uint64_t id = next_page();
  bytes.resize((std::size_t{overflow(bytes.size())} + 1) * page_size_, '\0');
  pages_ += bytes;
  return id;
}

std::uint64_t BoltWriter::leaf(const std::vector<BoltElement>& elements) {
  const std::size_t size = image(0, 0, elements).size();
  return append(image(next_page(), overflow(size), elements));
}

std::uint64_t BoltWriter::branch(const std::vector<BoltBranch>& children) {
  std::string page = header(next_page(), kBranchFlag, children.size(), 0);
  std::string keys;
  const std::size_t keys_at = kHeader + children.size() * kElement;
  for (const BoltBranch& child : children) {
    page += little(distance(page.size(), keys_at + keys.size()));
    page += little(static_cast<std::uint32_t>(child.key.size())) + little(child.child);
    keys += child.key;
  }
  return append(page + keys);
}

std::uint64_t BoltWriter::raw(std::string_view bytes) { return append(std::string(bytes)); }

std::uint64_t BoltWriter::tree(const std::vector<BoltElement>& elements, std::size_t per_leaf) {
  std::vector<BoltBranch> level;
  for (std::size_t i = 0; i < elements.size(); i += per_leaf) {
    const std::size_t end = std::min(i + per_leaf, elements.size());
    const auto first = elements.begin() + static_cast<std::ptrdiff_t>(i);
    level.push_back(
        {elements[i].key, leaf({first, elements.begin() + static_cast<std::ptrdiff_t>(end)})});
  }
  if (level.empty()) return leaf({});
  while (level.size() > 1) {
    std::vector<BoltBranch> above;
    for (std::size_t i = 0; i < level.size(); i += 3) {
      const auto first = level.begin() + static_cast<std::ptrdiff_t>(i);
      const auto last = level.begin() + static_cast<std::ptrdiff_t>(std::min(i + 3, level.size()));
      above.push_back({first->key, branch({first, last})});
    }
    level = std::move(above);
  }
  return level.front().child;
}

void BoltWriter::bucket(std::string name, std::uint64_t root) {
  root_.push_back({std::move(name), little(root) + little<std::uint64_t>(0), true});
}

void BoltWriter::inline_bucket(std::string name, const std::vector<BoltElement>& elements) {
  root_.push_back({std::move(name), std::string(16, '\0') + image(0, 0, elements), true});
}

std::string BoltWriter::finish(std::uint64_t txid, std::uint64_t freelist) {
  std::ranges::sort(root_, {}, &BoltElement::key);
  const std::uint64_t root = leaf(root_);
  std::string file = pages_;
  const int current = static_cast<int>(txid % 2);
  put_meta(file, page_size_, current, root, freelist, next_page(), txid);
  put_meta(file, page_size_, 1 - current, root, freelist, next_page(), txid - 1);
  return file;
}

std::string BoltWriter::as_snapshot(std::string database) {
  Sha256 digest;
  digest.update(database);
  const auto sum = digest.finish();
  return database.append(sum.data(), sum.size());
}

void BoltWriter::put_meta(std::string& file, std::uint32_t page_size, int which, std::uint64_t root,
                          std::uint64_t freelist, std::uint64_t pages, std::uint64_t txid) {
  const std::size_t at = static_cast<std::size_t>(which) * page_size;
  const std::string meta = header(static_cast<std::uint64_t>(which), kMetaFlag, 0, 0) +
                           little<std::uint32_t>(0xED0CDAED) + little<std::uint32_t>(2) +
                           little(page_size) + little<std::uint32_t>(0) + little(root) +
                           little<std::uint64_t>(0) + little(freelist) + little(pages) +
                           little(txid);
  file.replace(at, meta.size(), meta);
  seal_meta(file, at);
}

void BoltWriter::seal_meta(std::string& file, std::size_t page_offset) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : file.substr(page_offset + kHeader, 56))
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  file.replace(page_offset + kHeader + 56, 8, little(hash));
}

std::string revision_key(std::int64_t main, std::int64_t sub, bool tombstone) {
  return big(static_cast<std::uint64_t>(main)) + '_' + big(static_cast<std::uint64_t>(sub)) +
         (tombstone ? "t" : "");
}

std::string proto_varint(std::uint32_t number, std::uint64_t value) {
  return varint(std::uint64_t{number} << 3) + varint(value);
}

std::string proto_bytes(std::uint32_t number, std::string_view bytes) {
  return varint(std::uint64_t{number} << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

std::string key_value_message(std::string_view key, std::string_view value, std::int64_t create,
                              std::int64_t mod, std::int64_t version) {
  return proto_bytes(1, key) + proto_varint(2, static_cast<std::uint64_t>(create)) +
         proto_varint(3, static_cast<std::uint64_t>(mod)) +
         proto_varint(4, static_cast<std::uint64_t>(version)) + proto_bytes(5, value);
}

BoltElement put_element(std::int64_t revision, std::string_view key, std::string_view value,
                        std::int64_t version) {
  return {revision_key(revision), key_value_message(key, value, 1, revision, version)};
}

BoltElement delete_element(std::int64_t revision, std::string_view key) {
  return {revision_key(revision, 0, true), proto_bytes(1, key)};
}

std::vector<BoltElement> meta_elements(std::int64_t compacted) {
  return {{"consistent_index", big<std::uint64_t>(4711)},
          {"finishedCompactRev", revision_key(compacted)},
          {"scheduledCompactRev", revision_key(compacted)},
          {"storageVersion", "3.6.0"},
          {"term", big<std::uint64_t>(3)}};
}

}  // namespace kencrypt::fakes
