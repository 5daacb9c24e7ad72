// Turns the samples of a metrics page into a Scrape.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kube/metrics_text.h"
#include "census/scrape.h"
#include "kube/resource.h"

namespace kencrypt::census {

class ScrapeBuilder {
 public:
  explicit ScrapeBuilder(const kube::Resource& resource);

  // The families that take() wants to see.
  static std::vector<std::string> families();

  // Errors: protocol, for a counter that is not a whole number or two configuration hashes at once;
  // too_large, for more than kMaxPrefixes prefixes.
  Result<void> take(const kube::Sample& sample);

  Scrape finish() { return std::move(scrape_); }

 private:
  Result<void> take_transformation(const kube::Sample& sample);
  Result<void> count(PrefixCounts& counts, const std::string& prefix, const kube::Sample& sample);
  Result<void> take_config_info(const kube::Sample& sample);
  Result<void> take_reload(const kube::Sample& sample);
  Result<void> take_request(const kube::Sample& sample);
  Result<void> take_fact(const kube::Sample& sample);

  std::string group_resource_;
  std::string group_;
  std::string plural_;
  Scrape scrape_;
};

}  // namespace kencrypt::census
