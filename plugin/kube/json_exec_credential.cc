#include "kube/json_exec_credential.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/rfc3339.h"
#include "kube/json_reader.h"
#include "kube/json_text.h"

namespace kencrypt::kube {
namespace {

std::string cluster_json(const ExecCluster& cluster) {
  std::string json = "{\"server\":" + json_string(cluster.server);
  if (!cluster.tls_server_name.empty())
    json += ",\"tls-server-name\":" + json_string(cluster.tls_server_name);
  if (cluster.insecure_skip_tls_verify) json += ",\"insecure-skip-tls-verify\":true";
  if (!cluster.certificate_authority_data.empty())
    json += fmt::format(",\"certificate-authority-data\":\"{}\"",
                        encode_base64(cluster.certificate_authority_data).view());
  if (!cluster.proxy_url.empty()) json += ",\"proxy-url\":" + json_string(cluster.proxy_url);
  if (cluster.disable_compression) json += ",\"disable-compression\":true";
  return json + ",\"config\":" + (cluster.config.empty() ? "null" : cluster.config) + "}";
}

// Takes apiVersion and kind of the outermost object and the known fields of its "status".
class CredentialHandler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, CredentialHandler> {
 public:
  ExecCredential credential;
  std::string kind;

  // Numbers and booleans: none of our fields is one.
  bool Default() { return !is_ours(); }
  bool Null() { return depth_ > 0; }
  bool StartObject() {
    if (is_ours() && key_ != "status") return false;
    ++depth_;
    if (depth_ == 2) in_status_ = key_ == "status";
    if (in_status_) credential.has_status = true;
    key_.clear();
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() {
    const bool allowed = depth_ > 0 && !is_ours();
    ++depth_;
    key_.clear();
    return allowed;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_.assign(text, size);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) { return value({text, size}); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return Default(); }

 private:
  // Whether the value of `key_` at this depth is one that is read.
  bool is_ours() const {
    if (depth_ == 1) return key_ == "apiVersion" || key_ == "kind" || key_ == "status";
    return in_status_ && depth_ == 2 &&
           (key_ == "token" || key_ == "clientCertificateData" || key_ == "clientKeyData" ||
            key_ == "expirationTimestamp");
  }
  bool value(std::string_view text) {
    if (!is_ours()) return depth_ > 0;
    if (key_ == "status") return false;
    if (key_ == "apiVersion") credential.api_version = text;
    if (key_ == "kind") kind = text;
    if (key_ == "token") credential.token = SecretBytes(text);
    if (key_ == "clientCertificateData") credential.client_certificate = SecretBytes(text);
    if (key_ == "clientKeyData") credential.client_key = SecretBytes(text);
    if (key_ != "expirationTimestamp") return true;
    credential.expiry = parse_rfc3339(text);
    return credential.expiry.has_value();
  }

  int depth_ = 0;
  bool in_status_ = false;
  std::string key_;
};

}  // namespace

std::string exec_info_json(std::string_view api_version, bool interactive,
                           const ExecCluster* cluster) {
  std::string json = fmt::format("{{\"kind\":\"ExecCredential\",\"apiVersion\":{},\"spec\":{{",
                                 json_string(api_version));
  if (cluster != nullptr) json += "\"cluster\":" + cluster_json(*cluster) + ",";
  return json + fmt::format("\"interactive\":{}}}}}", interactive);
}

Result<ExecCredential> parse_exec_credential(std::string_view json) {
  rapidjson::MemoryStream stream(json.data(), json.size());
  CredentialHandler handler;
  if (!read_json(stream, handler) || handler.kind != "ExecCredential")
    return fail(ErrorKind::protocol, "the output is not a JSON ExecCredential");
  return std::move(handler.credential);
}

}  // namespace kencrypt::kube
