#include "kube/unreadable.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "kube/continue_token.h"
#include "kube/revision.h"

namespace kencrypt::kube {
namespace {

using Names = std::vector<ObjectName>;

// As kube-apiserver 1.37 answers; the last cause says that there are more.
constexpr std::string_view kNew =
    R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"failed to read one or more secrets from the storage: x","reason":"StorageReadError","details":{"name":"list","kind":"secrets","causes":[{"reason":"UnexpectedServerResponse","message":"m","field":"/registry/secrets/a/one"},{"reason":"UnexpectedServerResponse","message":"m","field":"/registry/secrets/b/two"},{"reason":"FieldValueTooMany","message":"too many errors, the list is truncated"}]},"code":500})";
// As 1.34 does.
constexpr std::string_view kOld =
    R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Internal error occurred: unable to transform key \"/custom/prefix/secrets/ns/x.y\": no matching prefix found","reason":"InternalError","details":{"causes":[{"message":"..."}]},"code":500})";

TEST_CASE("objects that a list could not read are named", "[unreadable]") {
  CHECK(unreadable_objects(500, kNew, secrets_resource()) == Names{{"a", "one"}, {"b", "two"}});
  CHECK(unreadable_objects(500, kOld, secrets_resource()) == Names{{"ns", "x.y"}});
  const Resource cluster_scoped{.group = "storage.k8s.io", .plural = "storageclasses", .namespaced = false};
  CHECK(unreadable_objects(
            500, R"({"reason":"InternalError","message":"unable to transform key \"/registry/storageclasses/c\": x"})",
            cluster_scoped) == Names{{"", "c"}});
}

TEST_CASE("other failures name nothing", "[unreadable]") {
  CHECK(unreadable_objects(503, kNew, secrets_resource()).empty());
  for (const char* body : {"", "{}", "[1]", R"({"reason":"InternalError","message":"etcdserver: no leader"})",
                           R"({"reason":"StorageReadError","details":{"causes":[]}})",
                           R"({"message":"unable to transform key \"unfinished"})"})
    CHECK(unreadable_objects(500, body, secrets_resource()).empty());
}

// As kube-apiserver 1.37 writes them.
TEST_CASE("a KMS plugin that is away is told from a key that is gone", "[unreadable]") {
  for (const char* away :
       {"Internal error occurred: data from the storage is not transformable revision=0: failed to decrypt DEK, error: rpc error: "
        "code = Unavailable desc = the KMS is out of reach",
        "failed to decrypt DEK, error: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        "failed to decrypt DEK, error: rpc error: code = Unknown desc = failed to call the cloud",
        R"({"message":"Internal error occurred: encryptedDEKSource with keyID hash \"sha256:aa\" expired at 2026-11-27T17:00:00Z (current"})",
        "Internal error occurred: got unexpected nil transformer"})
    CHECK(means_kms_is_away(away));
  for (const char* other : {"failed to decrypt DEK, error: rpc error: code = NotFound desc = no key \"kek-1\"",
                            "failed to decrypt DEK, error: rpc error: code = InvalidArgument desc = not wrapped by key",
                            "admission webhook denied: rpc error: code = Unknown desc = no", "no matching prefix found",
                            "the certificate expired at noon", ""})
    CHECK_FALSE(means_kms_is_away(other));
}

TEST_CASE("a token of our own goes on behind a name", "[unreadable]") {
  const auto decode = [](std::string token) {
    token.resize((token.size() + 3) / 4 * 4, '=');
    return std::string(decode_base64(token)->view());
  };
  CHECK(decode(continue_behind({"ns", "a"}, {})) == R"({"v":"meta.k8s.io/v1","rv":-1,"start":"ns/a\u0000"})");
  CHECK(decode(continue_behind({"ns", "a"}, {.name_space = "ns", .label_selector = "", .field_selector = ""})) ==
        R"({"v":"meta.k8s.io/v1","rv":-1,"start":"a\u0000"})");
}

TEST_CASE("places in a list are compared as etcd compares keys", "[unreadable]") {
  CHECK(listed_before({"a-b", "x"}, {"a", "x"}));  // '-' comes before '/'
  CHECK(listed_before({"a", "x"}, {"a", "x1"}));
  CHECK_FALSE(listed_before({"a", "x"}, {"a", "x"}));
  CHECK(to_revision("120") == 120U);
  CHECK_FALSE(to_revision(""));
  CHECK_FALSE(to_revision("12a"));
}

}  // namespace
}  // namespace kencrypt::kube
