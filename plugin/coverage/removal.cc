#include "coverage/removal.h"

#include <fmt/format.h>

#include <algorithm>

namespace kencrypt::coverage {
namespace {

// Of objects in several rows: how many, and where.
struct Finding {
  std::uint64_t objects = 0;
  std::vector<std::string> rows;

  void add(const Coverage& row, std::uint64_t more) {
    if (more == 0) return;
    objects += more;
    rows.push_back(row.name_space.empty() ? row.resource : row.resource + " in " + row.name_space);
  }
};

std::string where(const std::vector<std::string>& rows) {
  std::string text;
  for (std::size_t i = 0; i < std::min(rows.size(), kMaxNamedRows); ++i) text += (i == 0 ? "" : ", ") + rows[i];
  if (rows.size() > kMaxNamedRows) text += fmt::format(" and {} more", rows.size() - kMaxNamedRows);
  return text;
}

std::uint64_t possibly_under(const KeyChoice& choice, const Coverage& row) {
  std::uint64_t objects = 0;
  for (const KeyBounds& key : row.keys) {
    if (choice.is(key.under)) objects += key.max;
    // An object under an older key of the same name needs that one.
    else if (key.under.key == choice.key) objects += key.shadowed;
  }
  return std::min(objects, row.total);
}

void add_objects(const KeyChoice& choice, const CoverageReport& report, RemovalVerdict& verdict) {
  Finding under;
  Finding unknown;
  for (const Coverage& row : report.namespaces) {
    const std::uint64_t found = possibly_under(choice, row);
    under.add(row, found);
    unknown.add(row, row.exact ? row.unmeasured : std::max<std::uint64_t>(row.unmeasured, found == 0 ? 1 : 0));
  }
  if (under.objects > 0)
    verdict.reasons.push_back(fmt::format("{} objects are or may be stored under it: {}", under.objects,
                                          where(under.rows)));
  if (unknown.objects > 0)
    verdict.reasons.push_back(
        fmt::format("of some objects it is not known what they are stored under: {}", where(unknown.rows)));
}

std::string warning_about(const KeyChoice& choice) {
  if (choice.provider == "identity")
    return "backups of etcd that were made while objects were in plaintext hold them so: whoever has one can read them";
  return fmt::format(
      "backups of etcd that were made while objects were under {} cannot be read without it: keep the key with them",
      display(choice));
}

}  // namespace

bool KeyChoice::is(const encryption::StoredUnder& under) const {
  const bool fits = provider.empty() || provider == encryption::provider_name(under.provider) ||
                    (provider == "kms" && encryption::is_kms(under.provider));
  if (!fits) return false;
  if (under.provider == encryption::Provider::identity) return provider == "identity";
  return under.key == key;
}

KeyChoice parse_key_choice(std::string_view text) {
  if (text == "identity") return {"identity", ""};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {"", std::string(text)};
  return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::string display(const KeyChoice& choice) {
  if (choice.provider.empty()) return choice.key;
  return choice.key.empty() ? choice.provider : choice.provider + "/" + choice.key;
}

RemovalVerdict judge_removal(const KeyChoice& choice, const CoverageReport& report, const RemovalFacts& facts) {
  RemovalVerdict verdict;
  add_objects(choice, report, verdict);
  if (!facts.completeness_doubt.empty()) verdict.reasons.push_back(facts.completeness_doubt);
  if (!facts.server_doubt.empty()) verdict.reasons.push_back(facts.server_doubt);
  verdict.warnings.push_back(warning_about(choice));
  return verdict;
}

}  // namespace kencrypt::coverage
