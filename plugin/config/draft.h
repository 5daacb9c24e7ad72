// The text of a configuration that is being changed: its changes are collected, made together, and the result is read
// again before anybody gets it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/model.h"
#include "config/structure.h"
#include "document/edit.h"
#include "document/tree.h"

namespace kencrypt::config {

// "line 7: WHY: change this file by hand, ...": for what stands in the file in a way that cannot be changed by lines.
std::unexpected<Error> by_hand(const document::Place& place, std::string_view why);

class Draft {
 public:
  // `text` must outlive it. Errors: config, for a file with errors, which `lint` would tell, or in JSON.
  static Result<Draft> open(std::string_view text);

  const Model& model() const { return model_; }
  std::string_view text() const { return text_; }
  std::string_view newline() const { return document::line_break(text_); }

  void insert(std::size_t at, SecretBytes lines);
  void remove(document::Range range) { edits_.push_back({range, {}}); }
  // Whole lines, which end with a line break wherever they go.
  void move(document::Range from, std::size_t to);

  // The changed text, if it says what is meant. Errors: config.
  Result<SecretBytes> finish(const Structure& meant) const;

 private:
  Draft(std::string_view text, document::Tree tree);

  std::string_view text_;
  std::unique_ptr<document::Tree> tree_;  // stays where it is: the model points into it
  Model model_;
  std::vector<document::Edit> edits_;
};

}  // namespace kencrypt::config
