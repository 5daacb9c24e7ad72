// The SAX handler under list_page.cc: follows the few paths that matter and lets the rest go by.
// Only kube/list_page.cc includes this.
#pragma once

#include <charconv>

#include "kube/json_reader.h"
#include "kube/list_page.h"

namespace kencrypt::kube {

// Paths, by depth of nesting. A list is {metadata:{...}, items:[{metadata:{...}}]}: an item is an
// object at depth 3. A single object is an "item" at depth 1.
class MetadataHandler {
 public:
  enum class Document { list, object };

  MetadataHandler(Document document, std::string_view text, const rapidjson::MemoryStream& stream)
      : item_depth_(document == Document::list ? 3 : 1), text_(text), stream_(&stream) {}

  ListPage take() { return std::move(page_); }
  bool saw_items() const { return saw_items_; }

  bool StartObject() {
    ++depth_;
    if (depth_ == item_depth_ && (item_depth_ == 1 || in_items_)) begin_item();
    if (depth_ == 2 && item_depth_ == 3 && key_ == Key_::metadata) in_list_metadata_ = true;
    if (in_item_ && depth_ == item_depth_ + 1 && key_ == Key_::metadata) in_item_metadata_ = true;
    key_ = Key_::other;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (in_item_ && depth_ == item_depth_ && !end_item()) return false;
    if (depth_ == 2) in_list_metadata_ = false;
    if (depth_ == item_depth_ + 1) in_item_metadata_ = false;
    --depth_;
    return true;
  }
  bool StartArray() {
    ++depth_;
    if (depth_ == 2 && item_depth_ == 3 && key_ == Key_::items) in_items_ = saw_items_ = true;
    key_ = Key_::other;
    return depth_ > 1;  // a document is an object
  }
  bool EndArray(rapidjson::SizeType) {
    if (depth_ == 2) in_items_ = false;
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_ = is_watched_depth() ? classify({text, size}) : Key_::other;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) { return value({text, size}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return value({text, size}); }
  bool Null() { return null_or_bool(); }
  bool Bool(bool) { return null_or_bool(); }
  // Not called, since numbers come as text; the reader wants them to exist.
  bool Int(int) { return true; }
  bool Uint(unsigned) { return true; }
  bool Int64(std::int64_t) { return true; }
  bool Uint64(std::uint64_t) { return true; }
  bool Double(double) { return true; }

 private:
  enum class Key_ { other, metadata, items, name, name_space, uid, resource_version, cont, remaining };

  static Key_ classify(std::string_view key) {
    if (key == "metadata") return Key_::metadata;
    if (key == "items") return Key_::items;
    if (key == "name") return Key_::name;
    if (key == "namespace") return Key_::name_space;
    if (key == "uid") return Key_::uid;
    if (key == "resourceVersion") return Key_::resource_version;
    if (key == "continue") return Key_::cont;
    if (key == "remainingItemCount") return Key_::remaining;
    return Key_::other;
  }
  bool is_watched_depth() const {
    return depth_ <= item_depth_ || (in_item_metadata_ && depth_ == item_depth_ + 1);
  }
  bool null_or_bool() {
    if (depth_ == 1 && item_depth_ == 3 && key_ == Key_::items) saw_items_ = true;  // "items":null
    key_ = Key_::other;
    return depth_ > 0;
  }
  void begin_item() {
    in_item_ = true;
    item_ = {};
    item_begin_ = stream_->Tell();
  }
  bool end_item() {
    in_item_ = false;
    item_.bytes = text_.substr(item_begin_, stream_->Tell() + 1 - item_begin_);
    const bool usable = !item_.object.name.empty() && !item_.resource_version.empty();
    page_.items.push_back(std::move(item_));
    return usable;
  }
  bool value(std::string_view text) {
    if (in_item_metadata_ && depth_ == item_depth_ + 1)
      item_value(text);
    else if (in_list_metadata_ && depth_ == 2)
      list_value(text);
    key_ = Key_::other;
    return depth_ > 0;
  }
  void item_value(std::string_view text) {
    if (key_ == Key_::name) item_.object.name = text;
    if (key_ == Key_::name_space) item_.object.name_space = text;
    if (key_ == Key_::uid) item_.uid = text;
    if (key_ == Key_::resource_version) item_.resource_version = text;
  }
  void list_value(std::string_view text) {
    if (key_ == Key_::resource_version) page_.resource_version = text;
    if (key_ == Key_::cont) page_.continue_token = text;
    std::uint64_t number = 0;
    if (key_ == Key_::remaining &&
        std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{})
      page_.remaining = number;
  }

  int item_depth_;
  std::string_view text_;
  const rapidjson::MemoryStream* stream_;
  ListPage page_;
  PageItem item_;
  std::size_t item_begin_ = 0;
  int depth_ = 0;
  Key_ key_ = Key_::other;
  bool in_items_ = false;
  bool saw_items_ = false;
  bool in_item_ = false;
  bool in_item_metadata_ = false;
  bool in_list_metadata_ = false;
};

}  // namespace kencrypt::kube
