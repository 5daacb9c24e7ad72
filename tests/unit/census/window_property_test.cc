// A model of an API server with random contents and random noise: whatever happens, the bounds must
// contain the truth, and what is called exact must be it.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "census/window.h"
#include "coverage/coverage.h"

namespace kencrypt::census {
namespace {

constexpr int kSeeds = 25'000;

class Model {
 public:
  explicit Model(unsigned seed) : random_(seed) {
    make_places();
    scrape_.resource_label = ResourceLabel::present;
    scrape_.process_start = 1000;
    scrape_.disabled_metrics = 0;
    scrape_.minor_release = 37;
    scrape_.counts_transformations = true;
    scrape_.connections_opened = 1;
    for (int i = pick(4) * pick(20); i > 0; --i) read(any_place());
    for (int i = pick(5); i > 0; --i) write(any_place());
  }

  // One window; remembers the truth.
  WindowResult run() {
    const Scrape before = scrape_;
    const int objects = pick(3) == 0 ? pick(3) : pick(30);
    const int noise = pick(2) == 0 ? 0 : pick(6);
    for (int i = 0; i < objects; ++i) read_ours(any_place());
    for (int i = 0; i < noise; ++i) disturb();
    if (pick(20) == 0) go_wrong();
    if (with_config_) scrape_.config_hash = config_.hash;
    Scrape first = before;
    if (with_config_) first.config_hash = config_.hash;
    return measure_window({first, scrape_, reads_, resource_, with_config_ ? &config_ : nullptr});
  }

  const std::map<encryption::StoredUnder, std::uint64_t>& truth() const { return truth_; }
  const std::map<encryption::StoredUnder, std::uint64_t>& older() const { return older_; }
  std::uint64_t reads() const { return reads_; }
  bool wronged() const { return wronged_; }
  encryption::StoredUnder some_place() { return any_place(); }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  // A few places to be stored at, from a small world, so that names clash.
  void make_places() {
    static const std::vector<std::string> names = {"key1", "key2", "a", "a:b", "k8s:enc:kms:v2:x",
                                                   "k8s:enc:aescbc:v1", "identity", "unknown",
                                                   "k8s:enc:secretbox:v1", "k8s:enc:kms:v2:a"};
    const int tame = pick(3) == 0 ? static_cast<int>(names.size()) : 3;
    for (int i = 1 + pick(4); i > 0; --i) {
      const auto provider = static_cast<encryption::Provider>(pick(6));
      std::string key;
      if (encryption::has_named_keys(provider)) key = names[static_cast<std::size_t>(pick(tame))];
      if (encryption::is_kms(provider)) key = pick(2) == 0 ? "x" : "a";
      places_.push_back({provider, key});
      configure(places_.back());
    }
    with_config_ = pick(3) == 0;
    config_.hash = "sha256:x";
  }
  void configure(const encryption::StoredUnder& place) {
    encryption::ConfiguredProvider one{place.provider, {}};
    if (!place.key.empty()) one.keys.push_back(place.key);
    config_.providers.push_back(one);
  }

  const encryption::StoredUnder& any_place() {
    return places_[static_cast<std::size_t>(pick(static_cast<int>(places_.size())))];
  }

  static std::string outer_text(const encryption::StoredUnder& place) {
    switch (place.provider) {
      case encryption::Provider::aescbc:
        return "k8s:enc:aescbc:v1:";
      case encryption::Provider::aesgcm:
        return "k8s:enc:aesgcm:v1:";
      case encryption::Provider::secretbox:
        return "k8s:enc:secretbox:v1:";
      case encryption::Provider::kms_v1:
        return "k8s:enc:kms:v1:" + place.key + ":";
      case encryption::Provider::kms_v2:
        return "k8s:enc:kms:v2:" + place.key + ":";
      default: return "identity";
    }
  }
  void read(const encryption::StoredUnder& place) {
    if (encryption::has_named_keys(place.provider)) ++scrape_.from_storage[place.key + ":"];
    ++scrape_.from_storage[outer_text(place)];
  }
  void write(const encryption::StoredUnder& place) { ++scrape_.to_storage[outer_text(place)]; }
  void read_ours(const encryption::StoredUnder& place) {
    ++reads_;
    ++truth_[place];
    if (encryption::has_named_keys(place.provider) && pick(10) == 0) {
      ++older_[place];
      ++scrape_.from_storage_failed[place.key + ":"];
    }
    read(place);
  }
  // Anything that other clients cause, also half a read, where a scrape falls in the middle of it.
  void disturb() {
    const encryption::StoredUnder& place = any_place();
    switch (pick(5)) {
      case 0: ++scrape_.from_storage[outer_text(place)]; break;
      case 1:
        if (encryption::has_named_keys(place.provider)) ++scrape_.from_storage[place.key + ":"];
        break;
      case 2: ++scrape_.from_storage_failed[outer_text(place)]; break;
      case 3: write(place); break;
      default: read(place);
    }
  }
  void go_wrong() {
    wronged_ = true;
    switch (pick(4)) {
      case 0: scrape_.connections_opened = 2; break;
      case 1:
        scrape_.process_start = 2000;
        scrape_.from_storage.clear();
        for (int i = pick(40); i > 0; --i) read(any_place());
        break;
      case 2: scrape_.reloads = 1; break;
      default: scrape_.relabelled = true;
    }
  }

  std::mt19937 random_;
  Scrape scrape_;
  kube::Resource resource_ = kube::secrets_resource();
  encryption::EncryptionConfig config_;
  bool with_config_ = false;
  std::vector<encryption::StoredUnder> places_;
  std::map<encryption::StoredUnder, std::uint64_t> truth_;
  std::map<encryption::StoredUnder, std::uint64_t> older_;
  std::uint64_t reads_ = 0;
  bool wronged_ = false;
};

std::uint64_t count_of(const std::map<encryption::StoredUnder, std::uint64_t>& counts,
                       const encryption::StoredUnder& under) {
  const auto found = counts.find(under);
  return found == counts.end() ? 0 : found->second;
}

bool lists(const WindowResult& window, const encryption::StoredUnder& under) {
  return std::any_of(window.keys.begin(), window.keys.end(),
                     [&under](const coverage::KeyBounds& key) { return key.under == under; });
}

// "" if the window tells nothing but the truth.
std::string lie_in(const WindowResult& window, Model& model) {
  if (model.wronged()) return window.claim == Claim::none ? "" : "a claim from a void window";
  if (window.claim == Claim::none) return model.reads() > 0 ? "no claim from a sound window" : "";
  for (const coverage::KeyBounds& key : window.keys) {
    const std::uint64_t truth = count_of(model.truth(), key.under);
    if (truth < key.min || truth > key.max)
      return fmt::format("{}: {} not in {}..{}", encryption::display(key.under), truth, key.min,
                         key.max);
    if (count_of(model.older(), key.under) > key.shadowed) return "an older key is hidden";
    if (window.claim == Claim::exact && key.min != key.max) return "exact with a range";
  }
  for (const auto& [under, truth] : model.truth())
    if (!encryption::outer_of(under.key + ":") && !lists(window, under))
      return "an object's key is not listed";
  return "";
}

// "" if no object is reported as current that is not.
std::string lie_in_coverage(const WindowResult& window, Model& model) {
  coverage::NamespaceCount count;
  count.total = model.reads();
  count.exact = window.claim == Claim::exact;
  count.keys = window.keys;
  const encryption::StoredUnder write = model.some_place();
  const coverage::Coverage row = coverage::classify(count, {write, ""});
  const std::uint64_t current = count_of(model.truth(), write) - count_of(model.older(), write);
  if (row.current + row.stale + row.plaintext + row.unknown != row.total) return "the sum is off";
  if (row.current > (write.provider == encryption::Provider::identity ? 0 : current))
    return "too many current";
  if (row.plaintext > count_of(model.truth(), {encryption::Provider::identity, ""}))
    return "too much plaintext";
  if (row.percent() == 100U && current != model.reads()) return "100% of less";
  return "";
}

TEST_CASE("window property: bounds contain the truth whatever happens") {
  int exact = 0;
  int bounds = 0;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    Model model(seed);
    const WindowResult window = model.run();
    exact += window.claim == Claim::exact;
    bounds += window.claim == Claim::bounds;
    const std::string lie = lie_in(window, model) + lie_in_coverage(window, model);
    if (lie.empty()) continue;
    CAPTURE(seed);
    FAIL(lie);
  }
  // The model must exercise both.
  CHECK(exact > kSeeds / 4);
  CHECK(bounds > kSeeds / 10);
}

}  // namespace
}  // namespace kencrypt::census
