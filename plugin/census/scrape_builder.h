// Turns the samples of a metrics page into a Scrape.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "census/metrics_text.h"
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
  Result<void> take(const Sample& sample);

  Scrape finish() { return std::move(scrape_); }

 private:
  Result<void> take_transformation(const Sample& sample);
  Result<void> count(PrefixCounts& counts, const std::string& prefix, const Sample& sample);
  Result<void> take_config_info(const Sample& sample);
  Result<void> take_reload(const Sample& sample);
  Result<void> take_request(const Sample& sample);
  Result<void> take_fact(const Sample& sample);

  std::string group_resource_;
  std::string group_;
  std::string plural_;
  Scrape scrape_;
};

}  // namespace kencrypt::census
