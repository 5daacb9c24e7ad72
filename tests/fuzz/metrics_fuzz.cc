// /metrics: no page may crash the reader, and cutting it into chunks may not change what it reads.
#include "census/scrape_builder.h"
#include "fuzz/input.h"
#include "kube/metrics_text.h"

namespace {

using kencrypt::census::ScrapeBuilder;

// Everything that the census would take from the page, as one line; "error" if it refuses it.
std::string read(std::string_view page, std::size_t chunk) {
  ScrapeBuilder builder(kencrypt::kube::secrets_resource());
  kencrypt::kube::MetricsReader reader(ScrapeBuilder::families(),
                                       [&](const kencrypt::kube::Sample& sample) { return builder.take(sample); });
  for (std::size_t at = 0; at < page.size(); at += chunk)
    if (!reader.feed(page.substr(at, chunk))) return "error";
  if (!reader.finish()) return "error";
  const auto scrape = builder.finish();
  std::string text = scrape.config_hash.value_or("-");
  for (const auto& [prefix, count] : scrape.from_storage) text += prefix + "=" + std::to_string(count) + ",";
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view page = kencrypt::fuzz::text_of(data, size);
  kencrypt::fuzz::require(read(page, page.size() + 1) == read(page, 7));
  return 0;
}
