#include "config/draft.h"

#include <fmt/format.h>

#include <utility>

#include "config/lint.h"

namespace kencrypt::config {
namespace {

Model read(const document::Tree& tree) {
  Findings none;
  return read_model(tree, {}, none);
}

}  // namespace

std::unexpected<Error> by_hand(const document::Place& place, std::string_view why) {
  return fail(ErrorKind::config, fmt::format("line {}: {}: change this file by hand, or write it with dashes, one a line",
                                             place.line, why));
}

Draft::Draft(std::string_view text, document::Tree tree)
    : text_(text), tree_(std::make_unique<document::Tree>(std::move(tree))), model_(read(*tree_)) {}

Result<Draft> Draft::open(std::string_view text) {
  if (const auto error = first_error(text, {.kms_v1_gate = true}))
    return fail(ErrorKind::config, fmt::format("line {}: {}: `config lint` says more", error->line, error->message));
  TRY_ASSIGN(document::Tree tree, document::parse_as_server(text));
  if (tree.json) return by_hand({}, "JSON has no lines of its own");
  return Draft(text, std::move(tree));
}

void Draft::insert(std::size_t at, SecretBytes lines) {
  SecretBytes whole;
  if (at > 0 && text_[at - 1] != '\n') whole.append(newline());
  whole.append(lines.view());
  edits_.push_back({{at, at}, std::move(whole)});
}

void Draft::move(document::Range from, std::size_t to) {
  SecretBytes lines(text_.substr(from.begin, from.end - from.begin));
  if (!lines.view().ends_with('\n')) lines.append(newline());
  edits_.push_back({from, {}});
  edits_.push_back({{to, to}, std::move(lines)});
}

Result<SecretBytes> Draft::finish(const Structure& meant) const {
  TRY_ASSIGN(SecretBytes changed, document::apply_edits(text_, edits_));
  Findings findings;
  const auto tree = document::parse_as_server(changed.view());
  if (!tree || structure_of(read_model(*tree, {}, findings)) != meant || findings.errors() > 0)
    return fail(ErrorKind::config, "the file is written in a way that cannot be changed line by line: change it by hand");
  return changed;
}

}  // namespace kencrypt::config
