// Replies to KV.Range as no etcd would send them, by either door. A page that is accepted must be
// one that the limits allow, with views into its own bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "etcd/grpc_frame.h"
#include "etcd/range_message.h"

namespace {

constexpr std::size_t kLimit = 100;

void check_view(std::string_view view, std::string_view bytes) {
  const std::less<const char*> before;
  if (view.empty()) return;
  if (before(view.data(), bytes.data()) ||
      before(bytes.data() + bytes.size(), view.data() + view.size()))
    std::abort();
}

void check(const kencrypt::Result<kencrypt::etcd::RangePage>& page) {
  if (!page) return;
  if (page->kvs.size() > kLimit) std::abort();
  for (const kencrypt::etcd::KeyValue& kv : page->kvs) {
    if (kv.key.empty()) std::abort();
    check_view(kv.key, page->bytes.view());
    check_view(kv.value, page->bytes.view());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using kencrypt::SecretBytes;
  check(kencrypt::etcd::parse_range_message(SecretBytes(text), kLimit));
  check(kencrypt::etcd::parse_range_message(SecretBytes(kencrypt::etcd::frame_grpc(text)), kLimit));
  check(kencrypt::etcd::parse_range_json(SecretBytes(text), kLimit));
  return 0;
}
