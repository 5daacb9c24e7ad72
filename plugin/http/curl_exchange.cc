#include "http/curl_exchange.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "http/curl_error.h"

namespace kencrypt::http {
namespace {

// The API server answers every request within 60 s (--request-timeout), so a stream on which nothing
// moved for longer is dead.
constexpr long kStallSeconds = 75;
// An unanswered keepalive closes the connection after about a minute, under TLS and HTTP/2 alike.
constexpr long kKeepaliveSeconds = 30;
constexpr long kUploadBuffer = 32768;  // a handle has one of its own; the default is 64 KiB
// API server replies carry a few hundred bytes of headers; Go's own client allows 1 MiB.
constexpr std::size_t kMaxHeadBytes = 65536;

curl_blob blob_of(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_NOCOPY};
}

void configure_trust(CURL* easy, const Endpoint& endpoint) {
  const bool verify = endpoint.trust == Trust::given_roots;
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
  // The compiled-in bundle and directory would be trusted beside ours: neither may be.
  curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, nullptr);
  curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
  curl_blob roots = blob_of(endpoint.roots);
  curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &roots);
  curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO_BLOB, &roots);
}

void configure_waiting(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepaliveSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepaliveSeconds / 2);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
}

// socks5 in a kubeconfig means that the proxy resolves names (golang.org/x/net/proxy), which is
// socks5h to libcurl.
std::string curl_proxy(const std::string& proxy) {
  constexpr std::string_view kSocks = "socks5://";
  return proxy.starts_with(kSocks) ? "socks5h://" + proxy.substr(kSocks.size()) : proxy;
}

// libcurl asks for HTTP/2 only under TLS, unless told that the server is known to speak it.
long http_version(const Endpoint& endpoint, const Request& request) {
  if (endpoint.scheme == "https") return CURL_HTTP_VERSION_2TLS;
  return request.prior_knowledge ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1;
}

// libcurl before 8.0 makes HTTP/2 anew on a connection that has it already, and fails with a
// framing error (curl/curl issue 10634); only prior knowledge takes that way. A connection of its
// own for each request costs little without TLS.
bool must_not_share(const Endpoint& endpoint, const Request& request) {
  constexpr unsigned kFixed = 0x080000;
  return request.prior_knowledge && endpoint.scheme != "https" &&
         curl_version_info(CURLVERSION_NOW)->version_num < kFixed;
}

// What libcurl 7.88 has read of an HTTP/2 reply and cannot hand over at once, it keeps until some
// timer goes off, 200 ms later or more: for etcd's pages of MiBs there is room for several reads.
// Requests by the hundred, as to the API server, keep to libcurl's default.
long reply_buffer(const Request& request) {
  constexpr long kPages = 262144;
  return request.prior_knowledge ? kPages : CURL_MAX_WRITE_SIZE;
}

void add_field(std::string_view line, std::vector<Header>& fields) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  fields.push_back({to_lower(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
}

}  // namespace

void configure_endpoint(CURL* easy, const Endpoint& endpoint, const StringList& connect_to) {
  configure_trust(easy, endpoint);
  configure_waiting(easy);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(easy, CURLOPT_PROXY, curl_proxy(endpoint.proxy).c_str());  // "" also turns off env
  // Whether there is a proxy was settled with the endpoint; NO_PROXY is not to be asked once more.
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);  // rather share a connection than open another
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  if (connect_to.get() != nullptr) curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
}

Exchange::Exchange(EasyHandle easy, Request request, Receiver& receiver, const Endpoint& endpoint)
    : easy_(std::move(easy)), request_(std::move(request)), receiver_(&receiver) {
  curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_.get(), CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_.get(), CURLOPT_HEADERFUNCTION, &Exchange::header_callback);
  curl_easy_setopt(easy_.get(), CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &Exchange::body_callback);
  curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this);
  set_request(endpoint);
}

void Exchange::set_request(const Endpoint& endpoint) {
  // With tls-server-name the URL carries that name, so that it is what the certificate is checked
  // against; CONNECT_TO leads to the real host and the Host header names it.
  std::string base = display_url(endpoint);
  if (!endpoint.tls_server_name.empty())
    base = fmt::format("https://{}:{}{}", endpoint.tls_server_name, endpoint.port, endpoint.base_path);
  curl_easy_setopt(easy_.get(), CURLOPT_URL, (base + request_.target).c_str());
  curl_easy_setopt(easy_.get(), CURLOPT_HTTP_VERSION, http_version(endpoint, request_));
  const long alone = must_not_share(endpoint, request_) ? 1L : 0L;
  curl_easy_setopt(easy_.get(), CURLOPT_BUFFERSIZE, reply_buffer(request_));
  curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, alone);
  curl_easy_setopt(easy_.get(), CURLOPT_FORBID_REUSE, alone);
  const bool compress = endpoint.compression && request_.method == Method::get;
  curl_easy_setopt(easy_.get(), CURLOPT_ACCEPT_ENCODING, compress ? "gzip" : nullptr);
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(request_.timeout).count();
  curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(ms));
  set_body();
  set_headers(endpoint);
  set_identity();
}

void Exchange::set_body() {
  if (request_.method == Method::get) {
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(easy_.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(easy_.get(), CURLOPT_CUSTOMREQUEST,
                   std::string(method_name(request_.method)).c_str());
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request_.body.size()));
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, request_.body.data());  // not copied
}

void Exchange::set_headers(const Endpoint& endpoint) {
  for (const Header& header : request_.headers)
    headers_.append(fmt::format("{}: {}", header.name, header.value));
  if (!endpoint.tls_server_name.empty()) headers_.append("Host: " + host_and_port(endpoint));
  headers_.append("Expect:");  // HTTP/1.1: no extra round trip before a body
  if (request_.authorization != nullptr)
    headers_.append("Authorization: " + std::string(request_.authorization->view()));
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

void Exchange::set_identity() {
  if (request_.identity == nullptr) return;
  curl_blob certificate = blob_of(request_.identity->certificate.view());
  curl_blob key = blob_of(request_.identity->key.view());
  curl_easy_setopt(easy_.get(), CURLOPT_SSLCERTTYPE, "PEM");
  curl_easy_setopt(easy_.get(), CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(easy_.get(), CURLOPT_SSLKEYTYPE, "PEM");
  curl_easy_setopt(easy_.get(), CURLOPT_SSLKEY_BLOB, &key);
}

Result<void> Exchange::outcome(CURLcode code, const Endpoint& endpoint) const {
  if (code == CURLE_OK && head_delivered_) return {};
  if (code == CURLE_OK) code = CURLE_GOT_NOTHING;
  if (proxy_refused()) code = CURLE_PROXY;  // libcurl takes it for a connection that broke
  long os_error = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
  return std::unexpected(curl_error(code, os_error, error_.data(), endpoint));
}

bool Exchange::proxy_refused() const {
  long status = 0;  // of the answer to CONNECT
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &status);
  return status >= 300;
}

std::uint64_t Exchange::new_connections() const {
  long count = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &count);
  return count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

bool Exchange::over_http2() const {
  long version = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  return version == CURL_HTTP_VERSION_2_0;
}

EasyHandle Exchange::release() {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, nullptr);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, nullptr);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, nullptr);
  curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, nullptr);
  return std::move(easy_);
}

std::size_t Exchange::header_callback(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<Exchange*>(self)->on_header_line({data, size}) ? size : 0;
}

std::size_t Exchange::body_callback(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<Exchange*>(self)->receiver_->on_body({data, size}) ? size : 0;
}

bool Exchange::on_header_line(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHeadBytes) return false;
  line = trim(line);
  if (head_delivered_) {
    add_field(line, trailers_);
  } else if (line.starts_with("HTTP/")) {
    begin_head(line);
  } else if (line.empty()) {
    deliver_head();
  } else {
    add_field(line, head_.headers);
  }
  return true;
}

void Exchange::deliver_trailers() const {
  if (!trailers_.empty()) receiver_->on_trailers(trailers_);
}

void Exchange::begin_head(std::string_view status_line) {
  head_ = {};
  const auto space = status_line.find(' ');
  if (space == std::string_view::npos) return;
  const auto digits = status_line.substr(space + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), head_.status);
}

void Exchange::deliver_head() {
  if (head_.status < 200) return;  // interim
  head_delivered_ = true;
  receiver_->on_head(head_);
}

}  // namespace kencrypt::http
