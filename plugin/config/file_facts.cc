#include "config/file_facts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/file.h"
#include "base/platform.h"

namespace kencrypt::config {
namespace {

namespace fs = std::filesystem;

// The meta page of etcd's database, which a snapshot begins with, too (go.etcd.io/bbolt db.go; little endian).
constexpr std::size_t kMagicOffset = 16;
constexpr std::string_view kMagic = "\xED\xDA\x0C\xED";

bool is_etcd_database(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 4> bytes{};
  if (!fd.valid() || ::pread(fd.get(), bytes.data(), bytes.size(), kMagicOffset) != std::ssize(bytes)) return false;
  return std::string_view(bytes.data(), bytes.size()) == kMagic;
}

std::string find_snapshot(const fs::path& directory) {
  std::error_code error;
  int left = kMaxNeighbours;
  for (fs::directory_iterator it(directory, error), end; !error && it != end && left > 0; it.increment(error), --left) {
    std::error_code unknown;
    if (it->is_regular_file(unknown) && is_etcd_database(it->path())) return it->path().filename().string();
  }
  return {};
}

// "member" is what etcd calls the directory in its data directory.
bool is_of_etcd(const fs::path& directory) {
  std::error_code error;
  return fs::is_directory(directory / "member" / "snap", error) || fs::is_directory(directory / "snap", error);
}

}  // namespace

Result<FileFacts> look_at_file(const fs::path& path, std::int64_t now) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return fail(ErrorKind::io, fmt::format("{}: {}", path.string(), std::strerror(errno)));
  FileFacts facts;
  facts.mode = status.st_mode & 07777U;
  facts.owner = status.st_uid;
  facts.self = ::geteuid();
  facts.modified = platform::modified(status).tv_sec;
  facts.now = now;
  std::error_code error;
  const fs::path directory = fs::canonical(path, error).parent_path();
  if (error) return facts;
  facts.snapshot = find_snapshot(directory);
  facts.in_etcd = is_of_etcd(directory);
  return facts;
}

}  // namespace kencrypt::config
