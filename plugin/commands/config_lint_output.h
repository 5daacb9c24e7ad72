// What `config lint` has found, for people and for programs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "config/finding.h"
#include "config/server.h"
#include "output/format.h"

namespace kencrypt::commands {

struct LintReport {
  std::string file;  // as it was named
  std::string hash;  // sha256_label() of its bytes
  config::Server server;
  std::vector<config::Finding> findings;

  std::size_t errors() const;
};

// `format`: table (as compilers print: FILE:LINE:COLUMN: error: ...), json or sarif (OASIS SARIF 2.1.0).
void write_lint_report(std::ostream& out, const LintReport& report, output::Format format);

}  // namespace kencrypt::commands
