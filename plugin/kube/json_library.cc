#include "kube/json_library.h"

#include <rapidjson/rapidjson.h>

namespace kencrypt::kube {

Library json_library() { return {"rapidjson", RAPIDJSON_VERSION_STRING}; }

}  // namespace kencrypt::kube
