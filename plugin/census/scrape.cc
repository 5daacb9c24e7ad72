#include "census/scrape.h"

#include <utility>
#include <vector>

#include "census/scrape_builder.h"
#include "kube/metrics_page.h"

namespace kencrypt::census {

Result<Scrape> scrape_metrics(http::Transport& transport, const Clock& clock,
                              const kube::Resource& resource, control_plane::ServerPage* page) {
  ScrapeBuilder builder(resource);
  control_plane::ServerPageBuilder page_builder;
  std::vector<std::string> families = ScrapeBuilder::families();
  if (page != nullptr)
    for (std::string& family : control_plane::ServerPageBuilder::families())
      families.push_back(std::move(family));
  const auto take = [&](const kube::Sample& one) -> Result<void> {
    if (page != nullptr) TRY(page_builder.take(one));
    return builder.take(one);
  };
  TRY_ASSIGN(const http::ResponseHead head,
             kube::read_metrics(transport, clock, std::move(families), take));
  Scrape scrape = builder.finish();
  scrape.connections_opened = transport.connections_opened();
  if (page != nullptr) *page = page_builder.finish(head, clock);
  return scrape;
}

}  // namespace kencrypt::census
