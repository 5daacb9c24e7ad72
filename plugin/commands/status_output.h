// What `status` says: a table for people, the CoverageReport of the contract for programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "census/find_run.h"
#include "census/server_agreement.h"
#include "commands/environment.h"
#include "commands/removal_check.h"
#include "commands/status_options.h"
#include "coverage/coverage.h"
#include "coverage/grouping.h"
#include "inventory/decryption_tally.h"
#include "inventory/residue_tally.h"
#include "kube/resource.h"
#include "output/table.h"
#include "output/value.h"

namespace kencrypt::commands {

inline constexpr std::string_view kCensusEvidence =
    "read-only census: every object was read by name, as metadata, and the API server's own\n      "
    "     "
    "counters of what it decrypted were compared. Evidence, not proof: only etcd's contents\n      "
    "     "
    "are that.";

// Instead, where /metrics could not be read.
inline constexpr std::string_view kNamesEvidence =
    "names of objects, as the API server lists them. Nothing could be measured: how they are stored is not known.";

// `evidence` of a write-ahead log.
inline constexpr std::string_view kLogEvidence = "wal";

struct ResourceWriteKey {
  std::string resource;  // "secrets"
  coverage::WriteKey write_key;
};

// What --find has named.
struct Found {
  std::string word;  // "stale"
  std::vector<census::FoundObject> objects;
  bool capped = false;          // there may be more
  std::uint64_t undecided = 0;  // objects that may be of the kind
};

struct StatusResult {
  coverage::Grouping by = coverage::Grouping::name_space;  // what a row of the report is about
  kube::Resource resource;       // of the rows that name none
  coverage::WriteKey write_key;  // of all resources; not known where they differ
  coverage::CoverageReport coverage;
  // How the figures were obtained: a word for programs, some lines for people.
  std::string evidence = "census";
  std::string evidence_text = std::string(kCensusEvidence);
  std::vector<ResourceWriteKey> write_keys = {};  // of each resource, if there are several
  std::optional<census::ServerAgreement> servers = {};
  std::optional<Found> found = {};
  // Of etcd and its files.
  std::vector<std::string> remarks = {};  // sentences
  std::vector<inventory::ResidueCount> residue = {};
  std::optional<inventory::DecryptionReport> decryption = {};
  std::optional<Removal> removal = {};
};

// The exit code that the findings ask for.
int exit_code_for(const StatusOptions& options, const StatusResult& result);

output::Value coverage_document(const StatusResult& result);

// NAMESPACE SECRETS CURRENT STALE PLAINTEXT UNKNOWN COVERAGE, and KEYS with -o wide; RESOURCE in
// front if there are several; or a row a key, KEY SECRETS STATE NAMESPACES, or a resource; a total
// line; below it the write key, the API servers, how the figures were obtained, and what --find named.
void print_coverage(std::ostream& out, const StatusResult& result, output::TableStyle style);

// What else was found: residue, what does not decrypt, whether a key may go. Nothing if nothing was asked.
void print_extras(std::ostream& out, const StatusResult& result, output::TableStyle style);
void add_extras(output::Value& document, const StatusResult& result);

// The whole as a page for the file; `when` is the time of the report (RFC 3339).
void print_html(std::ostream& out, const StatusResult& result, std::string_view when);

// Prometheus' text format, for node_exporter's textfile collector: docs/monitoring.md lists the metrics. `now` is the time of
// the report.
void print_prometheus(std::ostream& out, const StatusResult& result, WallTime now);

// "secrets/namespace/name" of each object that was found, one a line; without the namespace where
// there is none.
void print_names(std::ostream& out, const StatusResult& result);

// Prints the result in the format that the options ask for. Where nothing was found a table is
// kubectl's words on standard error; `name_space`, "" for all, is where was looked. Errors: usage, where
// a template does not fit the document.
Result<void> print_status(const StatusOptions& options, const StatusResult& result,
                  const std::string& name_space, Environment& environment);

}  // namespace kencrypt::commands
