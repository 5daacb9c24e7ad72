#include "doctor/diagnosis.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace kencrypt;
using doctor::CheckId;
using doctor::Diagnosis;
using doctor::Severity;

TEST_CASE("every check has a name of its own, and says why it matters", "[doctor]") {
  std::set<std::string_view> names;
  for (const doctor::Check& check : doctor::checks()) {
    INFO(check.name);
    CHECK(names.insert(check.name).second);
    CHECK(std::ranges::all_of(check.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }));
    CHECK(check.why.ends_with('.'));
    CHECK_FALSE(check.summary.ends_with('.'));
    CHECK_FALSE(check.needs.empty());
    CHECK(&doctor::about(check.id) == &check);
  }
}

TEST_CASE("findings are sorted by severity, then by check", "[doctor]") {
  Diagnosis diagnosis;
  diagnosis.unknown(CheckId::config_unreadable, "a", "reason", "do", "right");
  diagnosis.warning(CheckId::key_age, "b", "seen", "do");
  diagnosis.error(CheckId::stale_left, "c", "seen", "do");
  diagnosis.error(CheckId::config_key, "d", "seen", "do");
  diagnosis.error(CheckId::config_key, "e", "seen", "do");
  std::string order;
  for (const doctor::Finding& one : diagnosis.findings()) order += one.subject;
  CHECK(order == "decba");
  CHECK(diagnosis.findings().back().right == "right");
  CHECK(diagnosis.count(Severity::error) == 3);
  CHECK(diagnosis.count(Severity::warning) == 1);
  CHECK(diagnosis.count(Severity::unknown) == 1);
}

TEST_CASE("a check has passed if it was made and has found nothing", "[doctor]") {
  Diagnosis diagnosis;
  diagnosis.made(CheckId::key_age);
  diagnosis.made(CheckId::weak_key);
  diagnosis.warning(CheckId::weak_key, "a", "seen", "do");
  diagnosis.unknown(CheckId::servers_differ, "a", "reason", "do");
  CHECK(diagnosis.passed() == std::vector{CheckId::key_age});
  const auto skipped = diagnosis.skipped();
  CHECK(skipped.size() == doctor::checks().size() - 3);
  CHECK(std::ranges::find(skipped, CheckId::servers_differ) == skipped.end());
}

TEST_CASE("of one check a bounded number of findings is kept, and all are counted", "[doctor]") {
  Diagnosis diagnosis;
  for (std::size_t i = 0; i < doctor::kMaxFindings + 3; ++i) diagnosis.warning(CheckId::secret_readers, "a", "seen", "do");
  diagnosis.error(CheckId::key_age, "b", "seen", "do");
  CHECK(diagnosis.findings().size() == doctor::kMaxFindings + 1);
  CHECK(diagnosis.left_out() == 3);
  CHECK(diagnosis.count(Severity::warning) == doctor::kMaxFindings + 3);
}
