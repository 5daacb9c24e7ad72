#include "control_plane/key_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/rfc3339.h"

namespace kencrypt::control_plane {
namespace {

// The Date of a reply has whole seconds, rounded down.
constexpr double kDateStep = 1;

bool is_key(const std::string& hash, const std::string& given) { return !given.empty() && hash.starts_with(given); }

// What the servers use together.
struct Common {
  std::set<std::string> providers;                        // that are asked about
  std::map<std::string, std::set<std::string>> present;   // by provider
  std::map<std::string, std::set<std::string>> followed;  // by provider: keys that another one has followed somewhere
};

class Judge {
 public:
  Judge(std::span<const SeenServer> seen, std::span<const WallTime> since, const KeyDemand& demand)
      : seen_(seen), since_(since), demand_(demand) {
    for (const SeenServer& server : seen) histories_.push_back(asked_about(server.page));
    for (const KeyHistories& histories : histories_)
      for (const auto& [provider, history] : histories) {
        common_.providers.insert(provider);
        common_.present[provider].insert(history.present);
        common_.followed[provider].insert(history.others.begin(), history.others.end());
      }
    if (!demand.provider.empty()) common_.providers.insert(demand.provider);
  }

  KeyStanding standing(std::size_t server) const {
    KeyStanding standing;
    for (const auto& [provider, history] : histories_[server]) standing.keys.push_back({provider, history.present});
    standing.reason = not_told(server);
    standing.unknowable = !standing.reason.empty();
    for (auto provider = common_.providers.begin(); provider != common_.providers.end() && standing.reason.empty(); ++provider)
      standing.reason = reason(server, *provider);
    if (common_.providers.empty() && standing.reason.empty()) standing.reason = "names no key of a KMS v2 provider";
    return standing;
  }

 private:
  KeyHistories asked_about(const ServerPage& page) const {
    KeyHistories histories = key_histories(page);
    const double oldest = unix_seconds(page.now - std::chrono::duration_cast<WallTime::duration>(kForgottenProvider));
    std::erase_if(histories, [&](const auto& one) {
      return demand_.provider.empty() ? one.second.present_named < oldest : one.first != demand_.provider;
    });
    return histories;
  }

  // Why nothing will ever be known; "" if it may.
  std::string not_told(std::size_t server) const {
    const ServerPage& page = seen_[server].page;
    if (!page.complete) return "does not tell its KMS keys: a metric that is needed is turned off or relabelled";
    if (histories_[server].empty() && page.minor_release && *page.minor_release < kNamesKeysSince)
      return fmt::format("does not tell its KMS keys (servers from 1.{} on do)", kNamesKeysSince);
    return {};
  }

  std::string reason(std::size_t server, const std::string& provider) const {
    const auto found = histories_[server].find(provider);
    if (found == histories_[server].end())
      return fmt::format("names no key of KMS provider \"{}\": it has not reached its plugin, or runs without it", provider);
    const KeyHistory& history = found->second;
    if (history.present.empty()) return fmt::format("names two keys of KMS provider \"{}\" at once", provider);
    if (std::string other = other_key(provider, history); !other.empty()) return other;
    if (demand_.wanted.empty() && demand_.former.empty() && history.present_named < unix_seconds(since_[server]) + kDateStep)
      return fmt::format("has not asked KMS provider \"{}\" for its key since this began", provider);
    const auto until = may_write_until(history, seen_[server].page.now, kFormerKeyWrites + demand_.margin);
    if (!until) return {};
    return fmt::format("may write under the former key {} of KMS provider \"{}\" until {}", short_hash(history.former), provider,
                       format_rfc3339(*until));
  }

  std::string other_key(const std::string& provider, const KeyHistory& history) const {
    const std::string& key = history.present;
    if (!demand_.wanted.empty() && !is_key(key, demand_.wanted))
      return fmt::format("uses key {} of KMS provider \"{}\", not {}", short_hash(key), provider, short_hash(demand_.wanted));
    const std::set<std::string>& present = common_.present.at(provider);
    const bool behind = present.size() > 1 && common_.followed.at(provider).contains(key);
    if (is_key(key, demand_.former) || behind)
      return fmt::format("still uses the former key {} of KMS provider \"{}\"", short_hash(key), provider);
    const auto differs = [&](const std::string& other) { return other != key && !common_.followed.at(provider).contains(other); };
    if (std::ranges::any_of(present, differs))
      return fmt::format("uses key {} of KMS provider \"{}\", and other API servers another one", short_hash(key), provider);
    return {};
  }

  std::span<const SeenServer> seen_;
  std::span<const WallTime> since_;
  const KeyDemand& demand_;
  std::vector<KeyHistories> histories_;
  Common common_;
};

}  // namespace

std::vector<KeyStanding> judge_keys(std::span<const SeenServer> seen, std::span<const WallTime> since, const KeyDemand& demand) {
  const Judge judge(seen, since, demand);
  std::vector<KeyStanding> standings;
  for (std::size_t i = 0; i < seen.size(); ++i) standings.push_back(judge.standing(i));
  return standings;
}

}  // namespace kencrypt::control_plane
