// RapidJSON's SAX reader, set up the way all our readers need it. Only the kube/*.cc files that read
// JSON include this.
#pragma once

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/secret.h"

namespace kencrypt::kube {

// RapidJSON copies each string through its own stack: a Secret's data passes there, so what the
// stack gives back is wiped. The size stands in front of each block, since Free is not told it.
class WipingJsonAllocator {
 public:
  static constexpr bool kNeedFree = true;
  void* Malloc(std::size_t size) {
    if (size == 0) return nullptr;
    auto* block = static_cast<unsigned char*>(std::malloc(size + kHeader));
    if (block == nullptr) std::abort();
    std::memcpy(block, &size, sizeof size);
    return block + kHeader;
  }
  void* Realloc(void* old, std::size_t old_size, std::size_t new_size) {
    void* fresh = Malloc(new_size);
    if (old != nullptr && fresh != nullptr)
      std::memcpy(fresh, old, old_size < new_size ? old_size : new_size);
    Free(old);
    return fresh;
  }
  static void Free(void* pointer) {
    if (pointer == nullptr) return;
    auto* block = static_cast<unsigned char*>(pointer) - kHeader;
    std::size_t size = 0;
    std::memcpy(&size, block, sizeof size);
    wipe(block, size + kHeader);
    std::free(block);
  }

 private:
  static constexpr std::size_t kHeader = alignof(std::max_align_t);
};

using JsonReader = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, WipingJsonAllocator>;

// Iterative, so that deep nesting in a reply cannot overflow the stack; numbers as text, so that none
// is out of range. With this flag a handler runs BEFORE the brace or bracket it is told of is
// consumed: an object spans [Tell() at StartObject, Tell() at EndObject + 1).
inline constexpr unsigned kJsonFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

// Feeds `stream` to `handler`. False if it is not JSON or the handler returned false.
template <class Handler>
bool read_json(rapidjson::MemoryStream& stream, Handler& handler) {
  JsonReader reader;
  return !reader.Parse<kJsonFlags>(stream, handler).IsError();
}

}  // namespace kencrypt::kube
