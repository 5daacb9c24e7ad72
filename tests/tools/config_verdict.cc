// Says of encryption configurations whether `config lint` has errors in them, for the end-to-end tests to compare with
// the API server's own loader. Asked like that (tests/cluster/configoracle): one byte of how the server runs, the
// length in four bytes, big endian, and the file; the answer is a line "ok", or "refused" and the errors.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string>

#include "config/lint.h"

namespace kencrypt::config {
namespace {

constexpr unsigned kReloads = 1;
constexpr unsigned kKmsV1 = 2;

bool read_exactly(char* out, std::size_t size) { return std::fread(out, 1, size, stdin) == size; }

std::string verdict(std::string_view text, unsigned how) {
  const Server server{.kms_v1_gate = (how & kKmsV1) != 0, .reloads = (how & kReloads) != 0};
  std::string errors;
  for (const Finding& finding : lint(text, server))
    if (finding.severity == Severity::error)
      errors += fmt::format(" [{} {}:{} {}: {}; {}]", finding.rule, finding.line, finding.column, finding.field, finding.message,
                            finding.advice);
  return errors.empty() ? "ok" : "refused" + errors;
}

int answer_all() {
  std::array<char, 5> head{};
  while (read_exactly(head.data(), head.size())) {
    std::size_t size = 0;
    for (std::size_t i = 1; i < head.size(); ++i) size = size * 256 + static_cast<unsigned char>(head[i]);
    std::string text(size, '\0');
    if (!read_exactly(text.data(), size)) return 1;
    fmt::print("{}\n", verdict(text, static_cast<unsigned char>(head[0])));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace kencrypt::config

int main() { return kencrypt::config::answer_all(); }
