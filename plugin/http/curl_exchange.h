// One request on one libcurl easy handle, and the callbacks that turn libcurl's calls into Receiver
// events. Only curl_*.cc files include this.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "http/curl_handles.h"
#include "http/endpoint.h"
#include "http/transport.h"

namespace kencrypt::http {

// Sets what all requests to `endpoint` have in common. `endpoint` must outlive the handle: its roots
// are not copied. `connect_to` likewise.
void configure_endpoint(CURL* easy, const Endpoint& endpoint, const StringList& connect_to);

class Exchange {
 public:
  // Takes a handle that configure_endpoint has prepared.
  Exchange(EasyHandle easy, Request request, Receiver& receiver, const Endpoint& endpoint);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  CURL* easy() const { return easy_.get(); }
  Receiver& receiver() const { return *receiver_; }
  // What to report for libcurl's result `code`.
  Result<void> outcome(CURLcode code, const Endpoint& endpoint) const;
  // Tells the receiver of the header fields that came behind the body, if any did.
  void deliver_trailers() const;
  // How many connections libcurl opened for this request.
  std::uint64_t new_connections() const;
  bool over_http2() const;
  // Gives the handle back, free of this request.
  EasyHandle release();

 private:
  static std::size_t header_callback(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t body_callback(char* data, std::size_t, std::size_t size, void* self);
  void set_request(const Endpoint& endpoint);
  void set_body();
  void set_headers(const Endpoint& endpoint);
  void set_identity();
  bool proxy_refused() const;
  bool on_header_line(std::string_view line);
  void begin_head(std::string_view status_line);
  void deliver_head();

  EasyHandle easy_;
  Request request_;
  Receiver* receiver_;
  StringList headers_;
  ResponseHead head_;
  std::vector<Header> trailers_;
  std::size_t head_bytes_ = 0;  // trailers included
  bool head_delivered_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace kencrypt::http
