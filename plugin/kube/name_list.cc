#include "kube/name_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "kube/api_status.h"
#include "kube/list_page.h"
#include "kube/request.h"
#include "kube/unreadable.h"

namespace kencrypt::kube {
namespace {

// 500 objects of metadata, each with up to 256 KiB of annotations and managedFields: far beyond what
// occurs, so that a hostile reply cannot fill the memory.
constexpr std::size_t kMaxPageBytes = 256U << 20;
// To count, one object is asked for.
constexpr std::size_t kMaxCountBytes = 16U << 20;

ListOptions first_page(const Selection& selection, std::size_t limit) {
  return {.name_space = selection.name_space,
          .label_selector = selection.label_selector,
          .field_selector = selection.field_selector,
          .limit = limit,
          .continue_token = "",
          .view = View::metadata};
}

// Fetches pages one after the other.
class Pager {
 public:
  Pager(http::Transport& transport, const Resource& resource, const Selection& selection,
        const NameSink& sink)
      : transport_(transport),
        resource_(resource),
        options_(first_page(selection, selection.page_objects)),
        sink_(sink) {}

  Result<void> run() {
    do {
      TRY_ASSIGN(const http::Response response,
                 http::call(transport_, list_request(resource_, options_), kMaxPageBytes));
      if (response.head.status == 410) {
        TRY(resume(response));
        continue;
      }
      TRY(take_page(response));
    } while (!options_.continue_token.empty());
    return {};
  }

 private:
  Result<void> take_page(const http::Response& response) {
    TRY(check_success(response));
    TRY_ASSIGN(ListPage page, parse_list_page(response.body.view()));
    TRY_ASSIGN(page, refuse_circle(std::move(page), options_.continue_token));
    std::vector<ObjectName> names;
    names.reserve(page.items.size());
    for (PageItem& item : page.items) names.push_back(std::move(item.object));
    options_.continue_token = page.continue_token;
    return sink_(std::move(names));
  }
  // The snapshot behind the token was compacted: the server offers a token that goes on from the same
  // name in its present state (k8s.io/apiserver pkg/storage/etcd3/errors.go).
  Result<void> resume(const http::Response& response) {
    const ApiStatus status = parse_status(response.head.status, response.body.view());
    if (status.continue_token.empty() || status.continue_token == options_.continue_token)
      return std::unexpected(to_error(status));
    options_.continue_token = status.continue_token;
    return {};
  }

  http::Transport& transport_;
  const Resource& resource_;
  ListOptions options_;
  const NameSink& sink_;
};

}  // namespace

Result<void> each_name(http::Transport& transport, const Resource& resource,
                       const Selection& selection, const NameSink& sink) {
  return Pager(transport, resource, selection, sink).run();
}

Result<std::vector<ObjectName>> list_names(http::Transport& transport, const Resource& resource,
                                           const Selection& selection) {
  std::vector<ObjectName> names;
  TRY(each_name(transport, resource, selection,
                [&names](std::vector<ObjectName> page) -> Result<void> {
                  names.insert(names.end(), std::make_move_iterator(page.begin()),
                               std::make_move_iterator(page.end()));
                  return {};
                }));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::optional<std::uint64_t>> count_objects(http::Transport& transport,
                                                   const Resource& resource,
                                                   const Selection& selection) {
  const ListOptions options = first_page(selection, 1);
  TRY_ASSIGN(const http::Response response,
             http::call(transport, list_request(resource, options), kMaxCountBytes));
  // One object that cannot be read hides the number of all.
  if (!unreadable_objects(response.head.status, response.body.view(), resource).empty()) return std::nullopt;
  TRY(check_success(response));
  TRY_ASSIGN(const ListPage page, parse_list_page(response.body.view()));
  if (page.continue_token.empty()) return page.items.size();
  if (!page.remaining) return std::nullopt;
  return page.items.size() + *page.remaining;
}

}  // namespace kencrypt::kube
