#include "census/scrape_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace kencrypt::census {
namespace {

constexpr std::string_view kTransformations = "apiserver_storage_transformation_operations_total";
constexpr std::string_view kConfigInfo = "apiserver_encryption_config_controller_last_config_info";
constexpr std::string_view kReloads = "apiserver_encryption_config_controller_automatic_reloads_total";
// The same before 1.34, without a status label.
constexpr std::string_view kReloadsOld =
    "apiserver_encryption_config_controller_automatic_reload_success_total";
constexpr std::string_view kReloadTime =
    "apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds";
constexpr std::string_view kRequests = "apiserver_request_total";
constexpr std::string_view kConsistencyChecks = "apiserver_storage_consistency_checks_total";
constexpr std::string_view kKeyIds = "apiserver_envelope_encryption_key_id_hash_total";
constexpr std::string_view kKeyStatus =
    "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds";
constexpr std::string_view kProcessStart = "process_start_time_seconds";
constexpr std::string_view kDisabled = "disabled_metrics_total";
constexpr std::string_view kBuildInfo = "kubernetes_build_info";
// Registered together with the transformations, but without labels, so that it is on every page.
constexpr std::string_view kSibling = "apiserver_storage_data_key_generation_failures_total";

// What component-base puts in place of a label value that --allow-metric-labels does not list.
constexpr std::string_view kRelabelled = "unexpected";

// Above it a double does not hold every whole number.
constexpr double kMaxExact = 9007199254740992.0;

std::unexpected<Error> odd_sample(const kube::Sample& sample) {
  return fail(ErrorKind::protocol, fmt::format("the metrics page has a {} that is not understood; "
                                               "nothing is concluded from it",
                                               sample.family));
}

Result<std::uint64_t> whole_number(const kube::Sample& sample) {
  if (!(sample.value >= 0 && sample.value < kMaxExact)) return odd_sample(sample);
  const auto number = static_cast<std::uint64_t>(sample.value);
  if (static_cast<double>(number) < sample.value) return odd_sample(sample);
  return number;
}

std::string_view text_of(const kube::Sample& sample, std::string_view label) {
  const std::string* value = sample.label(label);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

bool any_relabelled(const kube::Sample& sample) {
  return std::any_of(sample.labels.begin(), sample.labels.end(),
                     [](const kube::Label& label) { return label.value == kRelabelled; });
}

// "37", or "37+" as some vendors write it.
std::optional<unsigned> minor_of(std::string_view text) {
  unsigned minor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minor);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return minor;
}

}  // namespace

ScrapeBuilder::ScrapeBuilder(const kube::Resource& resource)
    : group_resource_(resource.group_resource()), group_(resource.group), plural_(resource.plural) {}

std::vector<std::string> ScrapeBuilder::families() {
  std::vector<std::string> names;
  for (const std::string_view name :
       {kTransformations, kConfigInfo, kReloads, kReloadsOld, kReloadTime, kRequests,
        kConsistencyChecks, kKeyIds, kKeyStatus, kProcessStart, kDisabled, kBuildInfo, kSibling})
    names.emplace_back(name);
  return names;
}

Result<void> ScrapeBuilder::take(const kube::Sample& sample) {
  if (sample.family == kTransformations) return take_transformation(sample);
  if (sample.family == kConfigInfo) return take_config_info(sample);
  if (sample.family == kReloads || sample.family == kReloadsOld || sample.family == kReloadTime)
    return take_reload(sample);
  if (sample.family == kRequests) return take_request(sample);
  if (sample.family == kConsistencyChecks) return take_consistency_check(sample);
  if (sample.family == kKeyIds) return take_key_id(sample);
  return take_fact(sample);
}

Result<void> ScrapeBuilder::take_transformation(const kube::Sample& sample) {
  const std::string* resource = sample.label("resource");
  const std::string* prefix = sample.label("transformer_prefix");
  const std::string_view type = text_of(sample, "transformation_type");
  // Prometheus drops empty labels, so plaintext writes may come without the label.
  const std::string of_prefix = prefix == nullptr ? "" : *prefix;
  if (resource == nullptr)
    scrape_.resource_label = ResourceLabel::absent;
  else if (scrape_.resource_label == ResourceLabel::no_samples)
    scrape_.resource_label = ResourceLabel::present;
  if (any_relabelled(sample)) scrape_.relabelled = true;
  if (resource != nullptr && *resource != group_resource_) return {};
  const bool ok = text_of(sample, "status") == "OK";
  if (type == "from_storage")
    return count(ok ? scrape_.from_storage : scrape_.from_storage_failed, of_prefix, sample);
  if (type == "to_storage" && ok) return count(scrape_.to_storage, of_prefix, sample);
  return {};
}

Result<void> ScrapeBuilder::count(PrefixCounts& counts, const std::string& prefix,
                                  const kube::Sample& sample) {
  TRY_ASSIGN(const std::uint64_t number, whole_number(sample));
  counts[prefix] += number;
  if (counts.size() > kMaxPrefixes)
    return fail(ErrorKind::too_large,
                fmt::format("the metrics page counts more than {} storage prefixes", kMaxPrefixes));
  return {};
}

Result<void> ScrapeBuilder::take_config_info(const kube::Sample& sample) {
  const std::string hash(text_of(sample, "hash"));
  if (hash.empty() || any_relabelled(sample)) return odd_sample(sample);
  if (scrape_.config_hash && *scrape_.config_hash != hash) return odd_sample(sample);
  scrape_.config_hash = hash;
  scrape_.apiserver_id_hash = std::string(text_of(sample, "apiserver_id_hash"));
  return {};
}

// Anything that does not plainly say failure counts as a success: a reload that is overlooked would
// make an old key look like the present one.
Result<void> ScrapeBuilder::take_reload(const kube::Sample& sample) {
  if (text_of(sample, "status") == "failure") return {};
  if (sample.family == kReloadTime) {
    scrape_.last_reload = std::max(scrape_.last_reload, sample.value);
    return {};
  }
  TRY_ASSIGN(const std::uint64_t number, whole_number(sample));
  scrape_.reloads += number;
  return {};
}

Result<void> ScrapeBuilder::take_request(const kube::Sample& sample) {
  if (text_of(sample, "resource") != plural_ || text_of(sample, "group") != group_ ||
      text_of(sample, "verb") != "GET" || text_of(sample, "code") != "200" ||
      !text_of(sample, "subresource").empty())
    return {};
  TRY_ASSIGN(const std::uint64_t number, whole_number(sample));
  scrape_.gets_served += number;
  return {};
}

Result<void> ScrapeBuilder::take_consistency_check(const kube::Sample& sample) {
  if (text_of(sample, "resource") != plural_ || text_of(sample, "group") != group_) return {};
  TRY_ASSIGN(const std::uint64_t number, whole_number(sample));
  scrape_.consistency_checks += number;
  return {};
}

Result<void> ScrapeBuilder::take_key_id(const kube::Sample& sample) {
  ++scrape_.key_id_samples;
  const std::string_view hash = text_of(sample, "key_id_hash");
  const std::string_view plugin = text_of(sample, "provider_name");
  if (any_relabelled(sample) || hash.empty() || plugin.empty()) {
    key_ids_hidden_ = true;
    return {};
  }
  if (text_of(sample, "transformation_type") != "from_storage") return {};
  return count(scrape_.key_id_reads[std::string(plugin)], std::string(hash), sample);
}

void ScrapeBuilder::take_key_status(const kube::Sample& sample) {
  const std::string plugin(text_of(sample, "provider_name"));
  const std::string hash(text_of(sample, "key_id_hash"));
  const bool is_time = sample.value > 0;
  if (any_relabelled(sample) || hash.empty() || plugin.empty() || !is_time) {
    key_ids_hidden_ = true;
    return;
  }
  const auto [latest, fresh] = key_status_.emplace(plugin, sample.value);
  std::string& now = scrape_.key_ids_now[plugin];
  if (!fresh && sample.value == latest->second && now != hash) now.clear();
  if (!fresh && sample.value <= latest->second) return;
  latest->second = sample.value;
  now = hash;
}

// What is hidden in part is as good as not there.
Scrape ScrapeBuilder::finish() {
  if (key_ids_hidden_) {
    scrape_.key_id_reads.clear();
    scrape_.key_ids_now.clear();
  }
  return std::move(scrape_);
}

Result<void> ScrapeBuilder::take_fact(const kube::Sample& sample) {
  if (sample.family == kKeyStatus) take_key_status(sample);
  if (sample.family == kSibling) scrape_.counts_transformations = true;
  if (sample.family == kProcessStart) scrape_.process_start = sample.value;
  if (sample.family == kBuildInfo) scrape_.minor_release = minor_of(text_of(sample, "minor"));
  if (sample.family != kDisabled) return {};
  TRY_ASSIGN(scrape_.disabled_metrics, whole_number(sample));
  return {};
}

}  // namespace kencrypt::census
