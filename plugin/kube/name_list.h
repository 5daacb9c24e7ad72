// Every object's name, without its content: what status counts and what a dry run lists.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::kube {

// kubectl's own page size.
inline constexpr std::size_t kPageObjects = 500;

struct Selection {
  std::string name_space;  // "" : all namespaces
  std::string label_selector;
  std::string field_selector;
  std::size_t page_objects = kPageObjects;  // of a list of names; 0: everything at once
};

// Takes the names of a page. An error ends the listing and is what it returns.
using NameSink = std::function<Result<void>(std::vector<ObjectName> names)>;

// Pages through the metadata list and hands on the names as they come, in the server's order. A
// list that expires in between (410) goes on with the token the server offers; then a name may come
// twice. Errors: those of the request and of the sink.
Result<void> each_name(http::Transport& transport, const Resource& resource,
                       const Selection& selection, const NameSink& sink);

// The same, and returns all names, sorted by namespace and name, without duplicates. Memory:
// about 100 bytes an object. Errors: those of the request.
Result<std::vector<ObjectName>> list_names(http::Transport& transport, const Resource& resource,
                                           const Selection& selection);

// How many objects there are, by a page of one object: 1 + remainingItemCount. nullopt where the server
// does not say (selectors).
Result<std::optional<std::uint64_t>> count_objects(http::Transport& transport,
                                                   const Resource& resource,
                                                   const Selection& selection);

}  // namespace kencrypt::kube
