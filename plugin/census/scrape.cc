#include "census/scrape.h"

#include "census/scrape_builder.h"
#include "kube/metrics_page.h"

namespace kencrypt::census {

Result<Scrape> scrape_metrics(http::Transport& transport, const Clock& clock,
                              const kube::Resource& resource) {
  ScrapeBuilder builder(resource);
  TRY(kube::read_metrics(transport, clock, ScrapeBuilder::families(),
                         [&builder](const kube::Sample& one) { return builder.take(one); }));
  Scrape scrape = builder.finish();
  scrape.connections_opened = transport.connections_opened();
  return scrape;
}

}  // namespace kencrypt::census
