#include "commands/removal_check.h"

#include <fmt/format.h>

namespace kencrypt::commands {
namespace {

// What a configuration says about the key.
struct Configured {
  std::string hash;
  bool has_it = false;
  std::string writes_with_it;  // the first rule that does; "" if none does
};

bool is_listed(const coverage::KeyChoice& choice, const encryption::EncryptionConfig& config) {
  for (const encryption::ConfiguredProvider& one : config.providers) {
    if (one.keys.empty() && choice.is({one.provider, ""})) return true;
    for (const std::string& key : one.keys)
      if (choice.is({one.provider, key})) return true;
  }
  return false;
}

Configured look_up(const coverage::KeyChoice& choice, const encryption::KeyRing& ring) {
  Configured found{.hash = ring.hash(), .has_it = false, .writes_with_it = {}};
  for (const encryption::ConfiguredRule& one : ring.rules()) {
    const encryption::EncryptionConfig config = ring.names_for(one.rule.plural, one.rule.group);
    found.has_it = found.has_it || is_listed(choice, config);
    const auto writes = config.writes();
    if (writes && choice.is(*writes) && found.writes_with_it.empty())
      found.writes_with_it = one.rule.group.empty() ? one.rule.plural : one.rule.plural + "." + one.rule.group;
  }
  return found;
}

// Why it is not known that all API servers run the file of this hash; "" if it is.
std::string doubt_about(const AskedServers& asked, const std::string& hash) {
  if (!asked.agreement) return fmt::format("it is not known what the API servers run: {}", asked.why_not);
  if (asked.agreement->differ) return "the API servers do not all run one configuration";
  if (asked.agreement->doubt)
    return fmt::format("it is not known that all API servers run one configuration: {}", *asked.agreement->doubt);
  if (asked.agreement->configuration != hash) return "the API servers run another configuration than the given file";
  return {};
}

std::string doubt_about_servers(const RemovalQuestion& question, const Configured& config) {
  if (!config.writes_with_it.empty())
    return fmt::format("the given configuration writes {} with it", config.writes_with_it);
  if (!config.has_it) return "the given configuration has no such key, so nothing can be said of those who need it";
  if (auto doubt = doubt_about(question.after, config.hash); !doubt.empty()) return doubt;
  const std::string doubt = doubt_about(question.before, config.hash);
  if (doubt.empty()) return {};
  return fmt::format("{} (when the count began: what was written since then may be under the key; run this again)", doubt);
}

}  // namespace

Removal check_removal(const RemovalQuestion& question, const coverage::CoverageReport& report) {
  Removal removal{.choice = coverage::parse_key_choice(question.key), .verdict = {}};
  coverage::RemovalFacts facts{.completeness_doubt = question.completeness_doubt, .server_doubt = {}};
  facts.server_doubt = question.config == nullptr
                           ? "without --config FILE it is not known with which key the API servers write"
                           : doubt_about_servers(question, look_up(removal.choice, *question.config));
  removal.verdict = coverage::judge_removal(removal.choice, report, facts);
  return removal;
}

}  // namespace kencrypt::commands
