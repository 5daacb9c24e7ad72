#include "rewrite/json_checkpoint.h"

#include <fmt/format.h>

#include "kube/json_dom.h"
#include "kube/json_text.h"

namespace kencrypt::rewrite {
namespace {

using kube::json_string;

std::string name_members(const kube::ObjectName& object) {
  return fmt::format(R"("namespace":{},"name":{})", json_string(object.name_space), json_string(object.name));
}

template <class List, class Write>
std::string array(const List& list, Write write) {
  std::string text;
  for (const auto& element : list) text += (text.empty() ? "" : ",\n ") + write(element);
  return "[" + text + "]";
}

std::string open_text(const OpenObject& open) {
  return fmt::format(R"({{"target":{},{}}})", open.target, name_members(open.object));
}

std::string witness_text(const Witness& witness) {
  return fmt::format(R"({{"target":{},{},"resourceVersion":{}}})", witness.target, name_members(witness.object),
                     json_string(witness.resource_version));
}

std::uint64_t number_in(const rapidjson::Value& value, const char* name) {
  const rapidjson::Value* found = kube::member(value, name);
  return found != nullptr && found->IsUint64() ? found->GetUint64() : 0;
}

kube::ObjectName name_in(const rapidjson::Value& value) {
  return {std::string(kube::text_in(value, "namespace")), std::string(kube::text_in(value, "name"))};
}

Checkpoint checkpoint_in(const rapidjson::Value& tree) {
  Checkpoint checkpoint;
  checkpoint.target = number_in(tree, "target");
  if (const auto* through = kube::member(tree, "through"); through != nullptr && through->IsObject())
    checkpoint.through = name_in(*through);
  checkpoint.finished = number_in(tree, "finished");
  checkpoint.revision = number_in(tree, "revision");
  kube::each_in(tree, "open", [&checkpoint](const rapidjson::Value& one) {
    checkpoint.open.push_back({number_in(one, "target"), name_in(one)});
  });
  kube::each_in(tree, "witnesses", [&checkpoint](const rapidjson::Value& one) {
    checkpoint.witnesses.push_back(
        {number_in(one, "target"), name_in(one), std::string(kube::text_in(one, "resourceVersion"))});
  });
  return checkpoint;
}

}  // namespace

std::string checkpoint_text(const SavedRun& run) {
  const Checkpoint& at = run.checkpoint;
  const std::string through = at.through ? fmt::format("{{{}}}", name_members(*at.through)) : "null";
  return fmt::format(R"({{"apiVersion":"kubectl-encrypt/v1","kind":"RewriteCheckpoint",
"cluster":{},"selection":{},"configuration":{},
"target":{},"through":{},"finished":{},"revision":{},
"open":{},
"witnesses":{}}}
)",
                     json_string(run.key.cluster), json_string(run.key.selection),
                     json_string(run.key.configuration), at.target, through, at.finished, at.revision,
                     array(at.open, open_text), array(at.witnesses, witness_text));
}

Result<SavedRun> parse_checkpoint(std::string_view text) {
  rapidjson::Document tree;
  // Not with kube::kJsonFlags: numbers are wanted as numbers here.
  tree.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (tree.HasParseError() || !tree.IsObject() || kube::text_in(tree, "kind") != "RewriteCheckpoint" ||
      kube::text_in(tree, "apiVersion") != "kubectl-encrypt/v1")
    return fail(ErrorKind::config, "it is not a RewriteCheckpoint of kubectl-encrypt/v1 in JSON");
  return SavedRun{{std::string(kube::text_in(tree, "cluster")), std::string(kube::text_in(tree, "selection")),
                   std::string(kube::text_in(tree, "configuration"))},
                  checkpoint_in(tree)};
}

}  // namespace kencrypt::rewrite
