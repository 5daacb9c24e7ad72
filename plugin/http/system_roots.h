// The certificates of the operating system, for servers whose kubeconfig names no CA.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/variables.h"

namespace kencrypt::http {

// Where to look.
struct RootPlaces {
  std::vector<std::string> files;        // the first that can be read counts
  std::vector<std::string> directories;  // all files of all of them
};

// Go's places (crypto/x509/root_unix.go, root_linux.go): SSL_CERT_FILE instead of the well-known
// files, SSL_CERT_DIR (separated by colons) instead of the well-known directories.
RootPlaces root_places(const Variables& variables);

// The certificates found there, as PEM without duplicates. Errors: config, where there is none; the
// message says what to set. More than a bundle ever holds (16 MiB) is too_large.
Result<std::string> read_system_roots(const RootPlaces& places);

// The CERTIFICATE blocks of `pem`, one after the other, without what stands between them; "" if
// there is none.
std::string certificates_of(std::string_view pem);

}  // namespace kencrypt::http
