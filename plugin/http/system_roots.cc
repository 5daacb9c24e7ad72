#include "http/system_roots.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace kencrypt::http {
namespace {

namespace fs = std::filesystem;

// Mozilla's bundle is 220 KiB; a distribution's with local additions stays below 1 MiB.
constexpr std::size_t kMaxRootFile = std::size_t{8} << 20;
constexpr std::size_t kMaxRoots = std::size_t{16} << 20;
// Debian's directory has about 150 certificates, and as many links to them by their hashes.
constexpr std::size_t kMaxDirectoryEntries = 10000;

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

constexpr std::string_view kFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // CentOS, RHEL 7
    "/etc/ssl/cert.pem",                                  // Alpine
};
constexpr std::string_view kDirectories[] = {"/etc/ssl/certs", "/etc/pki/tls/certs"};

// Takes the next block off the front of `pem`; empty at the end.
std::string_view take_block(std::string_view& pem) {
  const auto begin = pem.find(kBegin);
  const auto end = begin == std::string_view::npos ? begin : pem.find(kEnd, begin);
  if (end == std::string_view::npos) {
    pem = {};
    return {};
  }
  const std::string_view block = pem.substr(begin, end + kEnd.size() - begin);
  pem.remove_prefix(end + kEnd.size());
  return block;
}

// Collects blocks, each once: the directory of a distribution repeats what its bundle holds.
class Collection {
 public:
  void add(std::string_view pem) {
    for (auto block = take_block(pem); !block.empty(); block = take_block(pem)) {
      if (!seen_.emplace(block).second) continue;
      pem_.append(block);
      pem_.push_back('\n');
    }
  }
  bool too_large() const { return pem_.size() > kMaxRoots; }
  std::string take() { return std::move(pem_); }

 private:
  std::set<std::string, std::less<>> seen_;
  std::string pem_;
};

bool add_file(const fs::path& path, Collection& roots) {
  const auto content = read_file(path, kMaxRootFile);
  if (content) roots.add(content->view());
  return content.has_value();
}

void add_directory(const fs::path& path, Collection& roots) {
  std::error_code error;
  std::size_t entries = 0;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (++entries > kMaxDirectoryEntries || roots.too_large()) return;
    std::error_code ignored;
    if (at->is_regular_file(ignored)) add_file(at->path(), roots);
  }
}

std::unexpected<Error> none_found(const RootPlaces& places) {
  return fail(
      ErrorKind::config,
      fmt::format("the kubeconfig names no certificate authority and no system certificates "
                  "were found (looked at {}). Set --certificate-authority or the environment "
                  "variable SSL_CERT_FILE to a PEM file.",
                  fmt::join(places.files, ", ")));
}

}  // namespace

RootPlaces root_places(const Variables& variables) {
  RootPlaces places{{std::begin(kFiles), std::end(kFiles)},
                    {std::begin(kDirectories), std::end(kDirectories)}};
  if (const auto file = variables.find("SSL_CERT_FILE")) places.files = {*file};
  if (const auto directories = variables.find("SSL_CERT_DIR")) {
    const auto parts = split(*directories, ':');
    places.directories.assign(parts.begin(), parts.end());
  }
  return places;
}

Result<std::string> read_system_roots(const RootPlaces& places) {
  Collection roots;
  for (const std::string& file : places.files)
    if (add_file(file, roots)) break;
  for (const std::string& directory : places.directories) add_directory(directory, roots);
  if (roots.too_large())
    return fail(
        ErrorKind::too_large,
        fmt::format("the system certificates exceed {} bytes, the most that is read", kMaxRoots));
  std::string pem = roots.take();
  if (pem.empty()) return none_found(places);
  return pem;
}

std::string certificates_of(std::string_view pem) {
  Collection certificates;
  certificates.add(pem);
  return certificates.take();
}

}  // namespace kencrypt::http
