// Owners for libcurl's handles. Only curl_*.cc files include this.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

namespace kencrypt::http {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using MultiHandle = std::unique_ptr<CURLM, MultiDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
// Strings in a list are copied by append().
class StringList {
 public:
  void append(const std::string& text) {
    if (curl_slist* longer = curl_slist_append(list_.get(), text.c_str())) {
      (void)list_.release();
      list_.reset(longer);
    }
  }
  curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, ListDeleter> list_;
};

// libcurl's process-wide set-up, counted by libcurl itself.
class CurlLibrary {
 public:
  CurlLibrary() : code_(curl_global_init(CURL_GLOBAL_DEFAULT)) {}
  ~CurlLibrary() { curl_global_cleanup(); }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
  bool usable() const { return code_ == CURLE_OK; }

 private:
  CURLcode code_;
};

}  // namespace kencrypt::http
