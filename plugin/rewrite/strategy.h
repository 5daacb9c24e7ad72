// The two ways to have an object stored anew.
#pragma once

namespace kencrypt::rewrite {

enum class Strategy {
  replace,  // the object is sent back as it was received
  patch,    // a merge patch of uid and resourceVersion alone: no content leaves the API server
};

}  // namespace kencrypt::rewrite
