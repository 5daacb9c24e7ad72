// Turns the samples of a metrics page into a Scrape.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "census/scrape.h"
#include "kube/metrics_text.h"
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

  Scrape finish();

 private:
  Result<void> take_transformation(const kube::Sample& sample);
  Result<void> count(PrefixCounts& counts, const std::string& prefix, const kube::Sample& sample);
  Result<void> take_config_info(const kube::Sample& sample);
  Result<void> take_reload(const kube::Sample& sample);
  Result<void> take_request(const kube::Sample& sample);
  Result<void> take_consistency_check(const kube::Sample& sample);
  Result<void> take_key_id(const kube::Sample& sample);
  void take_key_status(const kube::Sample& sample);
  Result<void> take_fact(const kube::Sample& sample);

  std::string group_resource_;
  std::string group_;
  std::string plural_;
  bool key_ids_hidden_ = false;               // a label of theirs was replaced
  std::map<std::string, double> key_status_;  // when each plugin named a key ID last, Unix seconds
  Scrape scrape_;
};

}  // namespace kencrypt::census
