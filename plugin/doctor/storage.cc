#include "doctor/storage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "kube/unreadable.h"

namespace kencrypt::doctor {
namespace {

using coverage::Coverage;
using coverage::CoverageReport;

// "3 of secrets: in a, b and 2 more".
struct Amount {
  std::uint64_t objects = 0;
  std::vector<std::string> namespaces;

  std::string where() const {
    const std::size_t named = std::min(namespaces.size(), kMaxNamed);
    std::string text = fmt::format("{}", fmt::join(namespaces.begin(), namespaces.begin() + static_cast<std::ptrdiff_t>(named), ", "));
    if (namespaces.size() > named) text += fmt::format(" and {} more", namespaces.size() - named);
    return text;
  }
};

// By resource, where there are any.
std::map<std::string, Amount> amounts(const CoverageReport& report, std::uint64_t Coverage::*count) {
  std::map<std::string, Amount> by_resource;
  for (const Coverage& row : report.namespaces) {
    if (row.*count == 0) continue;
    Amount& amount = by_resource[row.resource];
    amount.objects += row.*count;
    amount.namespaces.push_back(row.name_space.empty() ? "no namespace" : row.name_space);
  }
  return by_resource;
}

const coverage::WriteKey* write_key_of(const std::vector<std::pair<std::string, coverage::WriteKey>>& keys,
                                       const std::string& resource) {
  const auto found = std::ranges::find(keys, resource, [](const auto& one) { return one.first; });
  return found == keys.end() || !found->second.under ? nullptr : &found->second;
}

bool writes_plaintext(const std::vector<std::pair<std::string, coverage::WriteKey>>& keys, const std::string& resource) {
  const coverage::WriteKey* key = write_key_of(keys, resource);
  return key != nullptr && key->under->provider == encryption::Provider::identity;
}

std::string subject_of(const std::string& resource, const std::string& source) {
  return fmt::format("{} in {}", resource, source);
}

std::string counted(const Amount& amount, std::string_view what) {
  return fmt::format("{} {}: {}", amount.objects, what, amount.where());
}

// Notes of a census name the objects that the API server could not read.
void check_notes(const std::string& source, const CoverageReport& report, Diagnosis& diagnosis) {
  for (const Coverage& row : report.namespaces)
    for (const std::string& note : row.notes)
      if (kube::means_unreadable(note))
        diagnosis.error(CheckId::undecryptable, fmt::format("{} of {} in {}", row.resource, row.name_space, source), note,
                        "give the API servers back the key that these objects are under; "
                        "kubernetes.io/docs/tasks/administer-cluster/encrypt-data says how to delete what is lost");
}

std::string object_text(const std::string& resource, const kube::ObjectName& object) {
  return fmt::format("{}/{}", resource, kube::display_name(object));
}

constexpr std::string_view kGiveBack =
    "give the API servers a configuration that has the key, as one that reads: an earlier file or backup has it";

}  // namespace

void check_coverage(const std::string& source, const CoverageReport& report,
                    const std::vector<std::pair<std::string, coverage::WriteKey>>& write_keys, Diagnosis& diagnosis) {
  for (const CheckId check : {CheckId::plaintext_written, CheckId::plaintext_left, CheckId::stale_left, CheckId::coverage_unknown})
    diagnosis.made(check);
  for (const auto& [resource, key] : write_keys)
    if (writes_plaintext(write_keys, resource))
      diagnosis.error(CheckId::plaintext_written, subject_of(resource, source), key.basis,
                      fmt::format("{0} config init FILE, {0} manifest patch MANIFEST --write; then: {0} rewrite", kProgram));
  for (const auto& [resource, amount] : amounts(report, &Coverage::plaintext))
    if (!writes_plaintext(write_keys, resource))
      diagnosis.error(CheckId::plaintext_left, subject_of(resource, source), counted(amount, "in plaintext"),
                      fmt::format("{} rewrite {}", kProgram, resource));
  for (const auto& [resource, amount] : amounts(report, &Coverage::stale))
    diagnosis.warning(CheckId::stale_left, subject_of(resource, source), counted(amount, "under a former key"),
                      fmt::format("{} rewrite {}", kProgram, resource));
  for (const auto& [resource, amount] : amounts(report, &Coverage::unknown))
    diagnosis.unknown(CheckId::coverage_unknown, subject_of(resource, source), counted(amount, "of which it is not known"),
                      fmt::format("{} status {} --config FILE says why", kProgram, resource));
  check_notes(source, report, diagnosis);
}

void check_decryption(const std::string& source, const inventory::DecryptionReport& report, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::undecryptable);
  if (report.unchecked > 0)
    diagnosis.unknown(CheckId::undecryptable, source,
                      fmt::format("{} values are under a KMS plugin, which alone can open them", report.unchecked),
                      "restore the backup beside the plugin, and read every object");
  if (report.unreadable == 0) return;
  std::vector<std::string> named;
  for (const inventory::DecryptionFailure& one : report.failures) {
    if (named.size() == kMaxNamed) break;
    named.push_back(fmt::format("{} ({})", object_text(one.resource, {one.name_space, one.name}), one.reason));
  }
  if (report.unreadable > named.size()) named.push_back(fmt::format("{} more", report.unreadable - named.size()));
  diagnosis.error(CheckId::undecryptable, source,
                  fmt::format("{} of {} values cannot be read with the keys of the file: {}", report.unreadable, report.total,
                              fmt::join(named, ", ")),
                  std::string(kGiveBack));
}

void check_residue(const std::string& source, const std::vector<inventory::ResidueCount>& residue, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::residue_plaintext);
  for (const inventory::ResidueCount& one : residue)
    if (one.under.provider == encryption::Provider::identity)
      diagnosis.warning(CheckId::residue_plaintext, source,
                        fmt::format("{} values in plaintext: {}", one.values, snapshot::place_name(one.place)),
                        fmt::format("{}; files and backups of before stay as they are: remove them",
                                    inventory::remedy_for(one.place)));
}

void check_listing(const std::vector<kube::ObjectName>& unreadable, const std::string& resource, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::undecryptable);
  if (unreadable.empty()) return;
  std::vector<std::string> named;
  for (const kube::ObjectName& one : unreadable) {
    if (named.size() == kMaxNamed) break;
    named.push_back(object_text(resource, one));
  }
  if (unreadable.size() > named.size()) named.push_back(fmt::format("{} more", unreadable.size() - named.size()));
  diagnosis.error(CheckId::undecryptable, fmt::format("{} in the cluster", resource),
                  fmt::format("the API server cannot list them: at least {} cannot be decrypted: {}", unreadable.size(),
                              fmt::join(named, ", ")),
                  std::string(kGiveBack));
}

}  // namespace kencrypt::doctor
