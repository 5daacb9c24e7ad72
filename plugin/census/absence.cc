#include "census/absence.h"

#include <fmt/format.h>

namespace kencrypt::census {
namespace {

// Releases whose sources were checked for the names and labels that scrape.h relies on.
constexpr unsigned kOldestCheckedMinor = 24;
constexpr unsigned kNewestCheckedMinor = 37;

bool has_samples(const Scrape& scrape) {
  return !scrape.from_storage.empty() || !scrape.from_storage_failed.empty() ||
         !scrape.to_storage.empty();
}

// Doubts about whether samples would be visible.
std::optional<std::string> visibility_doubt(const Scrape& scrape) {
  if (!scrape.counts_transformations)
    return "the metrics page lacks the storage metrics of a kube-apiserver";
  if (!scrape.minor_release || *scrape.minor_release < kOldestCheckedMinor ||
      *scrape.minor_release > kNewestCheckedMinor)
    return fmt::format("the release of the API server is not one of 1.{} to 1.{}, whose metrics are known",
                       kOldestCheckedMinor, kNewestCheckedMinor);
  if (!scrape.disabled_metrics)
    return "the metrics page does not say whether metrics are turned off (disabled_metrics_total)";
  if (*scrape.disabled_metrics > 0)
    return fmt::format("{} metrics of the API server are turned off (--disabled-metrics), maybe the ones "
                       "that would tell",
                       *scrape.disabled_metrics);
  return std::nullopt;
}

std::optional<std::string> config_doubt(const WindowInput& input) {
  const Scrape& scrape = input.after;
  if (!scrape.config_hash) return std::nullopt;
  if (input.config != nullptr && input.config->hash == *scrape.config_hash) {
    if (input.config->providers.empty()) return std::nullopt;
    return "the API server's configuration names the resource, but its metrics show no read of it";
  }
  if (scrape.resource_label == ResourceLabel::present) return std::nullopt;
  return "the API server has an encryption configuration, but its metrics count no use of it; give its "
         "file with --config";
}

}  // namespace

bool samples_absent(const Scrape& before, const Scrape& after) {
  return !has_samples(before) && !has_samples(after);
}

std::optional<std::string> plaintext_doubt(const WindowInput& input) {
  if (!input.resource.group.empty() && !input.stored_here)
    return "the metrics hold nothing on the resource, which another API server may store";
  if (auto doubt = visibility_doubt(input.after)) return doubt;
  if (auto doubt = config_doubt(input)) return doubt;
  if (input.after.gets_served - input.before.gets_served < input.reads)
    return "the API server that gave the metrics has not answered all of our reads";
  return std::nullopt;
}

}  // namespace kencrypt::census
