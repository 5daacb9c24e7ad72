// Status replies, and the names of what the server cannot read.
#include "fuzz/input.h"
#include "kube/api_status.h"
#include "kube/unreadable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = kencrypt::fuzz::text_of(data, size);
  for (const int code : {200, 403, 404, 409, 410, 500})
    kencrypt::fuzz::require(!kencrypt::kube::to_error(kencrypt::kube::parse_status(code, body)).message.empty());
  for (const auto& object :
       kencrypt::kube::unreadable_objects(500, body, kencrypt::kube::secrets_resource()))
    kencrypt::fuzz::require(!object.name.empty());
  return 0;
}
