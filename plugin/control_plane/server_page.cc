#include "control_plane/server_page.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "control_plane/http_date.h"
#include "kube/metrics_page.h"

namespace kencrypt::control_plane {
namespace {

constexpr std::string_view kConfigInfo = "apiserver_encryption_config_controller_last_config_info";
constexpr std::string_view kReloadTime =
    "apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds";
constexpr std::string_view kKeySeen =
    "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds";
constexpr std::string_view kKeyUsed =
    "apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds";
constexpr std::string_view kDatabase = "apiserver_storage_size_bytes";
// The same in older releases.
constexpr std::string_view kDatabaseOld = "apiserver_storage_db_total_size_in_bytes";
constexpr std::string_view kObjects = "apiserver_resource_objects";
constexpr std::string_view kObjectsOld = "apiserver_storage_objects";
constexpr std::string_view kBytes = "apiserver_resource_size_estimate_bytes";
constexpr std::string_view kBuildInfo = "kubernetes_build_info";
constexpr std::string_view kDisabled = "disabled_metrics_total";

// What component-base puts in place of a label value that --allow-metric-labels does not list.
constexpr std::string_view kRelabelled = "unexpected";
// The first release whose servers publish their configuration, with reload or without.
constexpr unsigned kPublishesSince = 34;
// Above it a double does not hold every whole number.
constexpr double kMaxExact = 9007199254740992.0;

std::string_view text_of(const kube::Sample& sample, std::string_view label) {
  const std::string* value = sample.label(label);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

// Negative stands for a server that could not find out.
std::optional<std::uint64_t> amount(double value) {
  if (!(value >= 0 && value < kMaxExact)) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<unsigned> minor_of(std::string_view text) {
  unsigned minor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minor);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return minor;
}

// "secrets" or "deployments.apps", however the family spells it.
std::string group_resource(const kube::Sample& sample) {
  const std::string_view group = text_of(sample, "group");
  std::string name(text_of(sample, "resource"));
  if (!group.empty()) name.append(".").append(group);
  return name;
}

bool relabelled(const kube::Sample& sample) {
  return std::any_of(sample.labels.begin(), sample.labels.end(),
                     [](const kube::Label& label) { return label.value == kRelabelled; });
}

}  // namespace

bool ServerPage::publishes_configuration() const {
  return complete && minor_release && *minor_release >= kPublishesSince;
}

std::vector<std::string> ServerPageBuilder::families() {
  std::vector<std::string> names;
  for (const std::string_view name : {kConfigInfo, kReloadTime, kKeySeen, kKeyUsed, kDatabase, kDatabaseOld,
                                      kObjects, kObjectsOld, kBytes, kBuildInfo, kDisabled})
    names.emplace_back(name);
  return names;
}

Result<void> ServerPageBuilder::take(const kube::Sample& sample) {
  if (const std::string_view id = text_of(sample, "apiserver_id_hash");
      !id.empty() && id != kRelabelled)
    page_.id_hash = id;
  if (sample.family == kConfigInfo) return take_configuration(sample);
  if (sample.family == kKeySeen) take_key(sample, page_.keys);
  if (sample.family == kKeyUsed && text_of(sample, "transformation_type") == "to_storage")
    take_key(sample, page_.keys_written);
  if (sample.family == kReloadTime) take_reload(sample);
  if (sample.family == kBuildInfo) page_.minor_release = minor_of(text_of(sample, "minor"));
  if (sample.family == kDisabled && sample.value > 0) page_.complete = false;
  take_size(sample);
  return {};
}

Result<void> ServerPageBuilder::take_configuration(const kube::Sample& sample) {
  const std::string hash(text_of(sample, "hash"));
  if (hash.empty() || relabelled(sample)) {
    page_.complete = false;
    return {};
  }
  if (page_.configuration && *page_.configuration != hash)
    return fail(ErrorKind::protocol,
                "the metrics page names two encryption configurations at once");
  page_.configuration = hash;
  return {};
}

void ServerPageBuilder::take_key(const kube::Sample& sample, std::vector<KeySeen>& keys) {
  if (relabelled(sample)) {
    page_.complete = false;
    return;
  }
  if (keys.size() < kMaxKeysSeen)
    keys.push_back({std::string(text_of(sample, "provider_name")),
                          std::string(text_of(sample, "key_id_hash")), sample.value});
}

void ServerPageBuilder::take_reload(const kube::Sample& sample) {
  if (text_of(sample, "status") == "success") page_.last_reload_success = sample.value;
  if (text_of(sample, "status") == "failure") page_.last_reload_failure = sample.value;
}

void ServerPageBuilder::take_size(const kube::Sample& sample) {
  const auto value = amount(sample.value);
  if (!value) return;
  if ((sample.family == kDatabase || sample.family == kDatabaseOld) && *value > 0)
    page_.database_bytes = std::max(page_.database_bytes.value_or(0), *value);
  if (sample.family == kObjects || sample.family == kObjectsOld)
    page_.resources[group_resource(sample)].objects = value;
  if (sample.family == kBytes) page_.resources[group_resource(sample)].bytes = value;
}

ServerPage ServerPageBuilder::finish(const http::ResponseHead& head, const Clock& clock) {
  page_.now = parse_http_date(head.header("date").value_or("")).value_or(clock.wall());
  return std::move(page_);
}

Result<ServerPage> read_server_page(http::Transport& transport, const Clock& clock) {
  ServerPageBuilder builder;
  TRY_ASSIGN(const http::ResponseHead head,
             kube::read_metrics(transport, clock, ServerPageBuilder::families(),
                                [&builder](const kube::Sample& one) { return builder.take(one); }));
  return builder.finish(head, clock);
}

}  // namespace kencrypt::control_plane
