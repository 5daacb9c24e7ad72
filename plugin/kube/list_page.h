// Reading one page of a list: where each object's bytes are, and the few metadata fields that are
// needed, without building a document and without copying objects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/resource.h"

namespace kencrypt::kube {

struct PageItem {
  std::string_view bytes;  // the object exactly as the server sent it, inside the parsed text
  ObjectName object;
  std::string uid;  // "" where the server sent none
  std::string resource_version;
};

struct ListPage {
  std::vector<PageItem> items;
  std::string continue_token;                  // "" on the last page
  std::optional<std::uint64_t> remaining;      // remainingItemCount; absent with selectors
  std::string resource_version;
};

// Parses a list of any kind, whole objects or PartialObjectMetadataList. `text` must outlive the
// result. Errors: protocol, for text that is not a JSON list or an item without a name or
// resourceVersion; the message quotes nothing of the text.
Result<ListPage> parse_list_page(std::string_view text);

// The page, unless it leads back to itself: `asked` is the token that it was asked for with. A server
// that answers so would keep its client forever.
Result<ListPage> refuse_circle(ListPage page, std::string_view asked);

// The metadata of one object (whole or reduced), same rules as above; `bytes` is all of `text`.
Result<PageItem> parse_object(std::string_view text);

}  // namespace kencrypt::kube
