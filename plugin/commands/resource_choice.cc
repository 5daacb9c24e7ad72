#include "commands/resource_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "commands/target_words.h"
#include "kube/resource_match.h"
#include "kube/storage_version.h"

namespace kencrypt::commands {
namespace {

bool can_be_rewritten(const kube::ApiResource& resource) {
  return resource.can("list") && resource.can("update");
}

std::string joined(const std::set<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

bool is_secrets_rule(const encryption::ConfiguredRule& one) {
  return one.rule == kube::ResourceRule{"secrets", ""} && one.encrypts;
}

}  // namespace

Result<bool> ResourceChoice::is_type(std::string_view word) {
  auto asked = discover();
  if (!asked && asked.error().kind == ErrorKind::forbidden) return false;
  TRY(std::move(asked));
  return kube::is_plural_name(*known_, word);
}

Result<kube::Resource> ResourceChoice::by_type(std::string_view type) {
  if (means_secrets(type)) return kube::secrets_resource();
  TRY(discover());
  TRY_ASSIGN(const kube::ApiResource* found, kube::find_resource(*known_, type));
  if (!can_be_rewritten(*found))
    return fail(ErrorKind::usage,
                fmt::format("{} cannot be {}: the server does not offer to list and update them",
                            found->group_resource(),
                            purpose_ == Purpose::rewrite ? "rewritten" : "looked at"));
  return versioned(*kube::as_stored(*known_, *found));
}

Result<kube::Resource> ResourceChoice::versioned(const kube::ApiResource& resource) const {
  if (purpose_ == Purpose::rewrite) return kube::without_loss(transport_, *known_, resource);
  return kube::Resource{.group = resource.served.group,
                        .version = resource.served.version,
                        .plural = resource.plural,
                        .namespaced = resource.namespaced};
}

Result<std::vector<kube::Resource>> ResourceChoice::all() {
  return stored([](std::string_view, std::string_view) { return true; },
                [](std::string_view) { return true; });
}

Result<std::vector<kube::Resource>> ResourceChoice::covered_by(
    const std::vector<encryption::ConfiguredRule>& rules) {
  if (!rules.empty() && std::all_of(rules.begin(), rules.end(), is_secrets_rule))
    return std::vector<kube::Resource>{kube::secrets_resource()};
  std::vector<kube::ResourceRule> matched;
  const auto covers = [&](std::string_view plural, std::string_view group) {
    matched.push_back({std::string(plural), std::string(group)});
    return encryption::encrypts(rules, plural, group);
  };
  const auto may_cover = [&rules](std::string_view group) {
    return std::any_of(rules.begin(), rules.end(), [group](const encryption::ConfiguredRule& one) {
      return one.encrypts && (one.rule.group == "*" || one.rule.group == group);
    });
  };
  auto resources = stored(covers, may_cover);
  if (!resources) return resources;
  for (const encryption::ConfiguredRule& one : rules)
    if (one.encrypts && one.rule.plural != "*" &&
        std::find(matched.begin(), matched.end(), one.rule) == matched.end())
      warn_(fmt::format("the configuration names {}{}{}, of which this server has nothing to {}",
                        one.rule.plural, one.rule.group.empty() ? "" : ".", one.rule.group,
                        purpose_ == Purpose::rewrite ? "rewrite" : "look at"));
  return resources;
}

Result<void> ResourceChoice::discover() {
  if (known_) return {};
  TRY_ASSIGN(known_, kube::discover(transport_));
  return {};
}

Result<std::vector<kube::Resource>> ResourceChoice::stored(const Covers& covers,
                                                           const MayCover& may_cover) {
  TRY(discover());
  auto elsewhere = kube::served_elsewhere(transport_);
  // To look is harmless: the census does not take what may be elsewhere for stored here.
  const bool may_go_on =
      purpose_ == Purpose::look && !elsewhere && elsewhere.error().kind == ErrorKind::forbidden;
  if (!elsewhere && !may_go_on) return std::unexpected(elsewhere.error());
  if (elsewhere) elsewhere_ = *std::move(elsewhere);
  TRY(refuse_unavailable(may_cover));
  name_left_out(may_cover);
  std::vector<kube::Resource> resources;
  for (const kube::ApiResource* one : kube::stored_resources(*known_, elsewhere_)) {
    if (!covers(one->plural, one->served.group)) continue;
    TRY_ASSIGN(kube::Resource resource, versioned(*one));
    resources.push_back(std::move(resource));
  }
  return resources;
}

Result<void> ResourceChoice::refuse_unavailable(const MayCover& may_cover) const {
  std::set<std::string> silent;
  for (const kube::GroupVersion& one : known_->unavailable)
    if (may_cover(one.group) && !is_elsewhere(one)) silent.insert(one.text());
  if (silent.empty()) return {};
  return fail(
      ErrorKind::unavailable,
      fmt::format(
          "the server does not say now which resources these API groups have: {}; run again "
          "when it does, or name the resources to {}",
          joined(silent), purpose_ == Purpose::rewrite ? "rewrite" : "look at"));
}

// Of groups that can be updated, or that do not say whether they can.
void ResourceChoice::name_left_out(const MayCover& may_cover) const {
  std::set<std::string> left_out;
  for (const kube::ApiResource& one : known_->resources)
    if (can_be_rewritten(one) && may_cover(one.served.group) && is_elsewhere(one.served))
      left_out.insert(one.served.text());
  for (const kube::GroupVersion& one : known_->unavailable)
    if (may_cover(one.group) && is_elsewhere(one)) left_out.insert(one.text());
  if (!left_out.empty())
    warn_(fmt::format(
        "left out, since other API servers serve and store them: {}; a resource of theirs is "
        "{} if it is named",
        joined(left_out), purpose_ == Purpose::rewrite ? "rewritten" : "looked at"));
}

bool ResourceChoice::is_elsewhere(const kube::GroupVersion& one) const {
  return std::find(elsewhere_.begin(), elsewhere_.end(), one) != elsewhere_.end();
}

}  // namespace kencrypt::commands
