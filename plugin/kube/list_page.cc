#include "kube/list_page.h"

#include "kube/json_metadata.h"

namespace kencrypt::kube {

Result<ListPage> parse_list_page(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  MetadataHandler handler(MetadataHandler::Document::list, text, stream);
  if (!read_json(stream, handler) || !handler.saw_items())
    return fail(ErrorKind::protocol, "the server's reply is not a list of Kubernetes objects in JSON");
  return handler.take();
}

Result<ListPage> refuse_circle(ListPage page, std::string_view asked) {
  if (!page.continue_token.empty() && page.continue_token == asked)
    return fail(ErrorKind::protocol, "the server's list does not get on: a page names itself as the next one");
  return page;
}

Result<PageItem> parse_object(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  MetadataHandler handler(MetadataHandler::Document::object, text, stream);
  if (!read_json(stream, handler))
    return fail(ErrorKind::protocol, "the server's reply is not a Kubernetes object in JSON");
  return std::move(handler.take().items.at(0));
}

}  // namespace kencrypt::kube
