#include "config/lint.h"

#include <utility>

#include "config/file_checks.h"
#include "config/model.h"
#include "config/practice_checks.h"
#include "config/server_checks.h"
#include "document/tree.h"

namespace kencrypt::config {
namespace {

// "not readable as YAML: line 7: ...": the line is of use to an editor.
document::Place place_in(std::string_view message) {
  static constexpr std::string_view kLine = "line ";
  document::Place place;
  const std::size_t at = message.find(kLine);
  if (at == std::string_view::npos) return place;
  place.line = 0;
  for (std::size_t i = at + kLine.size(); i < message.size() && message[i] >= '0' && message[i] <= '9'; ++i)
    place.line = place.line * 10 + static_cast<std::size_t>(message[i] - '0');
  return place;
}

void lint_tree(const document::Tree& tree, const Server& server, const FileFacts* file, Findings& findings) {
  if (tree.empty || tree.root.kind == document::Kind::null)
    return findings.error("unreadable", {}, "", "there is nothing in the file",
                          "write an EncryptionConfiguration, as `config init` does");
  const Model model = read_model(tree, server, findings);
  if (findings.errors() > 0 && model.entries.empty()) return;
  check_by_server(model, server, findings);
  check_practice(model, findings);
  if (file != nullptr) check_key_age(model, *file, findings);
  if (tree.more_documents)
    findings.file_warning("more-documents", "there is more than one document in the file, of which the first counts",
                          "leave one document in it");
}

}  // namespace

std::vector<Finding> lint(std::string_view text, const Server& server, const FileFacts* file) {
  Findings findings;
  const auto tree = document::parse_as_server(text);
  if (tree)
    lint_tree(*tree, server, file, findings);
  else
    findings.error("unreadable", place_in(tree.error().message), "", tree.error().message,
                   document::is_json(text) ? "the file begins with a brace, so it must be JSON"
                                           : "see what an editor says of the line");
  if (file != nullptr) check_file(*file, findings);
  return std::move(findings).sorted();
}

std::optional<Finding> first_error(std::string_view text, const Server& server) {
  for (Finding& finding : lint(text, server))
    if (finding.severity == Severity::error) return std::move(finding);
  return std::nullopt;
}

}  // namespace kencrypt::config
