// Whether plaintext is a Kubernetes object, and the one that its key in etcd says: the last doubt
// about a value that decrypts, and the first about one that is not encrypted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kencrypt::encryption {

enum class ObjectVerdict {
  object,         // of a kind; its name and namespace, where it has any, are those of the key
  other_object,   // an object, but with the name or namespace of another key
  not_an_object,  // damaged, or something else that etcd holds
  unchecked,      // CBOR: begins like an object, but is not read by this program
};

struct ObjectCheck {
  ObjectVerdict verdict = ObjectVerdict::not_an_object;
  // "apps/v1" and "Deployment", made of letters, digits and "-./" only; empty unless it is an
  // object.
  std::string api_version;
  std::string kind;
};

// The longest apiVersion or kind that is believed: group and version are DNS names of 253 and 63.
inline constexpr std::size_t kMaxTypeName = 320;

// Looks at the whole of `plaintext`, without copying it; JSON passes through memory that is wiped.
//
// Protobuf: "k8s\0", then runtime.Unknown (k8s.io/apimachinery pkg/runtime/generated.proto), whose
// raw part has ObjectMeta as field 1, in which name is field 1 and namespace is 3
// (pkg/apis/meta/v1). JSON: one object with apiVersion and kind, nested no deeper than
// kube::kMaxJsonDepth. Keys of etcd end in
// "/<namespace>/<name>", or "/<name>" for what has no namespace; objects without a name match any
// key.
ObjectCheck check_object(std::string_view plaintext, std::string_view etcd_key);

}  // namespace kencrypt::encryption
