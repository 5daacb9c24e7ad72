// A third-party library that is linked in, as `version` lists it.
#pragma once

#include <string>

namespace kencrypt {

// `name` as the library's own package is called, in lower case; `version` as it says itself at run time where it does.
struct Library {
  std::string name;
  std::string version;
};

// The OpenSSL that is loaded.
Library openssl_library();

}  // namespace kencrypt
