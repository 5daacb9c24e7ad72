#include "rotation/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <sstream>

#include "document/tree.h"
#include "output/json.h"
#include "output/value.h"

namespace kencrypt::rotation {
namespace {

constexpr std::string_view kApiVersion = "kubectl-encrypt/v1";
constexpr std::string_view kKind = "RotationJournal";
constexpr Operation kOperations[] = {Operation::enable, Operation::rotate, Operation::disable};
constexpr Version kAllVersions[] = {Version::start, Version::added, Version::promoted, Version::final};

std::unexpected<Error> not_ours() {
  return fail(ErrorKind::config, "it is no journal of this version of the program");
}

std::string text_of(const document::Node& object, std::string_view name) {
  const document::Node* found = object.find(name);
  return found == nullptr || !found->is_text() ? std::string() : std::string(found->text());
}

bool true_of(const document::Node& object, std::string_view name) {
  const document::Node* found = object.find(name);
  return found != nullptr && found->kind == document::Kind::boolean && found->text() == "true";
}

std::span<const document::Node> items_of(const document::Node& object, std::string_view name) {
  const document::Node* found = object.find(name);
  return found == nullptr ? std::span<const document::Node>() : std::span(found->items);
}

std::vector<std::string> texts_of(const document::Node& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const document::Node& item : items_of(object, name)) texts.emplace_back(item.text());
  return texts;
}

output::Value list_of(const std::vector<std::string>& texts) {
  output::Value list = output::Value::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

bool take_operation(const std::string& name, Journal& journal) {
  const auto* found = std::ranges::find(kOperations, name, operation_name);
  if (found == std::end(kOperations)) return false;
  journal.operation = *found;
  return true;
}

bool take_version(const document::Node& node, Journal& journal) {
  const auto* found = std::ranges::find(kAllVersions, text_of(node, "name"), version_name);
  if (found == std::end(kAllVersions)) return false;
  journal.at(*found) = KnownVersion{text_of(node, "hash"), text_of(node, "outline")};
  return true;
}

}  // namespace

std::string_view operation_name(Operation operation) {
  switch (operation) {
    case Operation::enable: return "enable";
    case Operation::rotate: return "rotate";
    case Operation::disable: return "disable";
  }
  return "";
}

std::string_view version_name(Version version) {
  switch (version) {
    case Version::start: return "start";
    case Version::added: return "added";
    case Version::promoted: return "promoted";
    case Version::final: return "final";
  }
  return "";
}

std::optional<Version> Journal::version_of(std::string_view hash) const {
  for (std::size_t i = kVersions; i > 0; --i)
    if (versions[i - 1] && versions[i - 1]->hash == hash) return static_cast<Version>(i - 1);
  return std::nullopt;
}

std::string write_journal(const Journal& journal) {
  output::Value versions = output::Value::array();
  for (const Version version : kAllVersions)
    if (const auto& known = journal.at(version))
      versions.push_back(output::Value::object({{"name", version_name(version)}, {"hash", known->hash}, {"outline", known->outline}}));
  output::Value servers = output::Value::array();
  for (const auto& [id, host] : journal.servers) servers.push_back(output::Value::object({{"id", id}, {"host", host}}));
  std::ostringstream text;
  output::write_json(text, output::Value::object({{"apiVersion", kApiVersion},
                                                  {"kind", kKind},
                                                  {"operation", operation_name(journal.operation)},
                                                  {"began", journal.began},
                                                  {"newKey", journal.new_key},
                                                  {"provider", journal.provider},
                                                  {"kmsEndpoint", journal.kms_endpoint},
                                                  {"resources", list_of(journal.resources)},
                                                  {"oldKeys", list_of(journal.old_keys)},
                                                  {"versions", std::move(versions)},
                                                  {"servers", std::move(servers)},
                                                  {"rewritten", journal.rewritten},
                                                  {"proven", journal.proven},
                                                  {"archive", journal.archive}}));
  return text.str();
}

Result<Journal> parse_journal(std::string_view text) {
  const auto tree = document::parse_json_tree(text);
  if (!tree || text_of(tree->root, "apiVersion") != kApiVersion || text_of(tree->root, "kind") != kKind) return not_ours();
  const document::Node& root = tree->root;
  Journal journal;
  if (!take_operation(text_of(root, "operation"), journal)) return not_ours();
  journal.began = text_of(root, "began");
  journal.new_key = text_of(root, "newKey");
  journal.provider = text_of(root, "provider");
  journal.kms_endpoint = text_of(root, "kmsEndpoint");
  journal.resources = texts_of(root, "resources");
  journal.old_keys = texts_of(root, "oldKeys");
  for (const document::Node& version : items_of(root, "versions"))
    if (!take_version(version, journal)) return not_ours();
  if (!journal.at(Version::start)) return not_ours();
  for (const document::Node& server : items_of(root, "servers")) journal.servers.emplace(text_of(server, "id"), text_of(server, "host"));
  journal.rewritten = true_of(root, "rewritten");
  journal.proven = text_of(root, "proven");
  journal.archive = text_of(root, "archive");
  return journal;
}

}  // namespace kencrypt::rotation
