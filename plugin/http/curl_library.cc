#include "http/curl_library.h"

#include <curl/curl.h>

namespace kencrypt::http {

std::vector<Library> curl_libraries() {
  const curl_version_info_data& info = *curl_version_info(CURLVERSION_NOW);
  std::vector<Library> found = {{"curl", info.version}};
  if (info.nghttp2_version != nullptr) found.push_back({"nghttp2", info.nghttp2_version});
  if (info.libz_version != nullptr) found.push_back({"zlib", info.libz_version});
  return found;
}

}  // namespace kencrypt::http
