#include "snapshot/fragments.h"

#include <string.h>

#include <algorithm>
#include <cstring>

#include "base/secret.h"

namespace kencrypt::snapshot {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kCommon = "k8s";
// k8s.io/apimachinery pkg/runtime/serializer/protobuf: the magic, then runtime.Unknown, whose first
// field is always its typeMeta. Five bytes, since four come up by chance in a few GiB of
// ciphertext.
constexpr std::string_view kPlaintext = "k8s\0\n"sv;
constexpr std::string_view kEncrypted =
    "k8s:enc:";  // k8s.io/apiserver pkg/server/options/encryptionconfig

}  // namespace

FragmentScan::~FragmentScan() { wipe(kept_.data(), kept_.size()); }

void FragmentScan::count_first(std::string_view bytes, std::size_t from) {
  if (bytes.starts_with(kPlaintext) && kPlaintext.size() > from) ++found_.plaintext;
  if (bytes.starts_with(kEncrypted) && kEncrypted.size() > from) ++found_.encrypted;
}

void FragmentScan::count_all(std::string_view bytes) {
  while (bytes.size() >= kPlaintext.size()) {
    const auto* at = static_cast<const char*>(
        ::memmem(bytes.data(), bytes.size(), kCommon.data(), kCommon.size()));
    if (at == nullptr) return;
    bytes.remove_prefix(static_cast<std::size_t>(at - bytes.data()));
    count_first(bytes, 0);
    bytes.remove_prefix(1);
  }
}

void FragmentScan::keep(std::string_view bytes) {
  const std::string_view last = bytes.substr(bytes.size() - std::min(bytes.size(), kKept));
  std::memmove(kept_.data(), last.data(), last.size());
  kept_size_ = last.size();
}

void FragmentScan::feed(std::string_view bytes) {
  count_all(bytes);
  // What begins in the bytes before and ends in these.
  const std::string_view first = bytes.substr(0, kKept);
  std::memcpy(kept_.data() + kept_size_, first.data(), first.size());
  const std::string_view border(kept_.data(), kept_size_ + first.size());
  for (std::size_t i = 0; i < kept_size_; ++i) count_first(border.substr(i), kept_size_ - i);
  keep(bytes.size() >= kKept ? bytes : border);
}

}  // namespace kencrypt::snapshot
