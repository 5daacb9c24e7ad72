// Pages of lists, and single objects: what is taken from them lies within them, and is an object itself.
#include "fuzz/input.h"
#include "kube/list_page.h"

namespace {

bool lies_within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using kencrypt::fuzz::require;
  const std::string_view text = kencrypt::fuzz::text_of(data, size);
  if (const auto page = kencrypt::kube::parse_list_page(text)) {
    for (const auto& item : page->items) {
      require(lies_within(item.bytes, text));
      const auto again = kencrypt::kube::parse_object(item.bytes);
      require(again && again->object == item.object && again->resource_version == item.resource_version);
    }
  }
  if (const auto object = kencrypt::kube::parse_object(text)) require(!object->object.name.empty());
  return 0;
}
