#include "fakes/metrics_server.h"

#include <fmt/format.h>

#include <algorithm>

namespace kencrypt::fakes {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string target_of(const StoredObject& object) {
  return fmt::format("/api/v1/namespaces/{}/secrets/{}", object.name_space, object.name);
}

void reply(http::Receiver& receiver, int status, std::string_view body,
           std::vector<http::Header> headers = {}) {
  receiver.on_head({status, std::move(headers)});
  constexpr std::size_t kChunk = 1000;  // odd enough to cut lines
  for (; !body.empty(); body.remove_prefix(std::min(kChunk, body.size())))
    if (!receiver.on_body(body.substr(0, kChunk))) {
      receiver.on_done(fail(ErrorKind::cancelled, "stopped by the receiver"));
      return;
    }
  receiver.on_done({});
}

std::string status_body(int code, std::string_view reason, std::string_view message) {
  return fmt::format(R"({{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{}",)"
                     R"("reason":"{}","code":{}}})",
                     message, reason, code);
}

bool asks_for_metadata(const http::Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const http::Header& header) {
    return header.name == "Accept" && header.value.find("as=PartialObjectMetadata") != std::string::npos;
  });
}

}  // namespace

void MetricsServer::add(int count, const std::string& name_space, const std::string& outer,
                        const std::string& key) {
  for (int i = 0; i < count; ++i)
    objects.push_back({name_space, fmt::format("s{:05}", objects.size()), outer, key});
}

void MetricsServer::count(const std::string& resource, const std::string& type,
                          const std::string& prefix, const std::string& status) {
  ++counters_[{resource, type, prefix, status}];
}

void MetricsServer::count_read(const StoredObject& object, const std::string& resource) {
  const bool readable = object.status == 200;
  const std::string status = readable ? "OK" : "unknown-non-grpc";
  if (!configured && resource == "secrets") return;
  if (!object.key.empty()) {
    if (object.older_of_name) count(resource, "from_storage", object.key + ":", "unknown-non-grpc");
    count(resource, "from_storage", object.key + ":", status);
  }
  count(resource, "from_storage", object.outer, status);
  if (!object.key_id_hash.empty()) ++key_ids_[object.key_id_hash];
}

void MetricsServer::check_consistency() {
  for (const StoredObject& object : objects)
    if (object.status == 200) count_read(object);
  ++checks_;
}

void MetricsServer::count_write(const std::string& outer, const std::string& key) {
  if (!key.empty()) count("secrets", "to_storage", key + ":", "OK");
  count("secrets", "to_storage", outer == "identity" ? "" : outer, "OK");
}

void MetricsServer::restart() {
  counters_.clear();
  served_ = 0;
  checks_ = 0;
  key_ids_.clear();
}

http::RequestId MetricsServer::start(http::Request request, http::Receiver& receiver) {
  pending_.push_back({++last_id_, std::move(request), &receiver});
  most_in_flight = std::max(most_in_flight, pending_.size());
  return last_id_;
}

void MetricsServer::cancel(http::RequestId id) {
  std::erase_if(pending_, [id](const Pending& one) { return one.id == id; });
}

void MetricsServer::run_once(TimePoint until) {
  if (pending_.empty()) {
    clock_.advance_to(until);
    return;
  }
  Pending next = std::move(pending_.front());
  pending_.pop_front();
  answer(std::move(next));
}

void MetricsServer::answer(Pending pending) {
  const std::string target = pending.request.target;
  if (before_reply) before_reply(target);
  if (pending.request.method != http::Method::get) violations.push_back("not a GET: " + target);
  if (target == "/metrics") return answer_metrics(*pending.receiver);
  if (!asks_for_metadata(pending.request)) violations.push_back("asks for data: " + target);
  const bool list = target.find("/secrets/") == std::string::npos;
  if (list) return reply(*pending.receiver, 200, list_body(target));
  answer_object(target, *pending.receiver);
}

void MetricsServer::answer_metrics(http::Receiver& receiver) {
  ++scrapes;
  if (metrics_failures > 0) {
    --metrics_failures;
    return reply(receiver, 503, "");
  }
  if (metrics_status != 200)
    return reply(receiver, metrics_status,
                 status_body(metrics_status, metrics_status == 403 ? "Forbidden" : "InternalError",
                             "cannot get path /metrics"));
  const std::string text = page ? *page : render();
  reply(receiver, 200, text);
}

void MetricsServer::answer_object(const std::string& target, http::Receiver& receiver) {
  ++reads;
  const auto object = find(target);
  if (auto& queue = faults[target]; !queue.empty()) {
    const Fault fault = queue.front();
    queue.pop_front();
    if (fault.counted) count_read(*object);
    if (fault.status == 0)
      return receiver.on_done(fail(ErrorKind::connection_lost, "the connection broke"));
    std::vector<http::Header> headers;
    if (!fault.retry_after.empty()) headers.push_back({"retry-after", fault.retry_after});
    return reply(receiver, fault.status, "Too many requests", std::move(headers));
  }
  if (object == objects.end() || object->status == 404)
    return reply(receiver, 404, status_body(404, "NotFound", "not found"));
  count_read(*object);
  if (object->status != 200)
    return reply(receiver, object->status,
                 status_body(object->status, "InternalError", "unable to transform key"));
  ++served_;
  reply(receiver, 200, R"({"kind":"PartialObjectMetadata","metadata":{"name":"x"}})");
}

// Clients mostly read in the order of the list.
std::vector<StoredObject>::iterator MetricsServer::find(const std::string& target) {
  const auto is_it = [&target](const StoredObject& one) { return target_of(one) == target; };
  const auto hint = objects.begin() + static_cast<std::ptrdiff_t>(std::min(hint_, objects.size()));
  auto object = std::find_if(hint, objects.end(), is_it);
  if (object == objects.end()) object = std::find_if(objects.begin(), hint, is_it);
  if (object == objects.end() || !is_it(*object)) return objects.end();
  hint_ = static_cast<std::size_t>(object - objects.begin());
  return object;
}

std::string MetricsServer::list_body(const std::string& target) const {
  std::string items;
  for (const StoredObject& object : objects) {
    const bool wanted = target.find("/namespaces/") == std::string::npos ||
                        target.find("/namespaces/" + object.name_space + "/") != std::string::npos;
    if (!wanted) continue;
    items += fmt::format(R"({}{{"metadata":{{"name":"{}","namespace":"{}","resourceVersion":"7"}}}})",
                         items.empty() ? "" : ",", object.name, object.name_space);
  }
  return fmt::format(R"({{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1",)"
                     R"("metadata":{{"resourceVersion":"9"}},"items":[{}]}})",
                     items);
}

std::string MetricsServer::render() const {
  std::string text = "# HELP go_goroutines Number of goroutines.\n# TYPE go_goroutines gauge\n"
                     "go_goroutines 1200\n";
  text += fmt::format("# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {}\n",
                      process_start);
  text += fmt::format("disabled_metrics_total {}\n", disabled_metrics);
  text += fmt::format("kubernetes_build_info{{major=\"1\",minor=\"{}\"}} 1\n", minor);
  if (registered) text += "apiserver_storage_data_key_generation_failures_total 0\n";
  text += fmt::format("apiserver_request_total{{code=\"200\",group=\"\",resource=\"secrets\","
                      "subresource=\"\",verb=\"GET\"}} {}\n",
                      served_);
  if (config_hash)
    text += fmt::format("apiserver_encryption_config_controller_last_config_info{{apiserver_id_hash="
                        "\"{}\",hash=\"{}\"}} 1\n",
                        id_hash, *config_hash);
  if (reloads > 0)
    text += fmt::format("apiserver_encryption_config_controller_automatic_reloads_total{{"
                        "apiserver_id_hash=\"{}\",status=\"success\"}} {}\n",
                        id_hash, reloads);
  std::map<std::string, std::uint64_t> lines;
  for (const auto& [key, value] : counters_) {
    const auto& [resource, type, prefix, status] = key;
    const std::string label = resource_label ? fmt::format("resource=\"{}\",", resource) : "";
    lines[fmt::format("apiserver_storage_transformation_operations_total{{{}status=\"{}\","
                      "transformation_type=\"{}\",transformer_prefix=\"{}\"}}",
                      label, status, type, escaped(prefix))] += value;
  }
  if (checks_ > 0)
    text += fmt::format(
        "apiserver_storage_consistency_checks_total{{group=\"\",resource=\"secrets\","
        "status=\"success\"}} {}\n",
        checks_);
  for (const auto& [hash, value] : key_ids_)
    text += fmt::format(
        "apiserver_envelope_encryption_key_id_hash_total{{apiserver_id_hash=\"{}\","
        "key_id_hash=\"{}\",provider_name=\"vault\","
        "transformation_type=\"from_storage\"}} {}\n",
        id_hash, hash, value);
  for (const auto& [hash, time] : key_status)
    text += fmt::format(
        "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{{"
        "apiserver_id_hash=\"{}\",key_id_hash=\"{}\",provider_name=\"vault\"}} {}\n",
        id_hash, hash, time);
  for (const auto& [line, value] : lines) text += fmt::format("{} {}\n", line, value);
  return text + metrics_extra;
}

}  // namespace kencrypt::fakes
