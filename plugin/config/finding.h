// What `config lint` has to say about a file. Nothing in it holds a key or a part of one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/tree.h"

namespace kencrypt::config {

enum class Severity {
  error,    // the API server does not start with this file
  warning,  // it does, and something is not as it should be
};

// "error", "warning": also what SARIF calls them.
std::string_view severity_name(Severity severity);

struct Finding {
  std::string_view rule;  // the id of one of rules()
  Severity severity = Severity::error;
  std::size_t line = 0;    // from 1; 0: the file as a whole
  std::size_t column = 0;  // from 1, in code points
  std::string field;       // "resources[0].providers[0].aescbc.keys[0].secret"; "": the file as a whole
  std::string message;     // what is wrong, without a full stop
  std::string advice;      // what to write or do instead, without a full stop
};

// In the order of the file, errors first where they are of one place.
class Findings {
 public:
  void error(std::string_view rule, const document::Place& place, std::string field, std::string message,
             std::string advice);
  void warning(std::string_view rule, const document::Place& place, std::string field, std::string message,
               std::string advice);
  // About the file as a whole.
  void file_warning(std::string_view rule, std::string message, std::string advice);
  std::size_t errors() const;
  std::vector<Finding> sorted() &&;

 private:
  std::vector<Finding> all_;
};

struct Rule {
  std::string_view id;
  std::string_view summary;  // a sentence without a full stop
};

// All rules, in the order in which docs/config.md lists them.
std::span<const Rule> rules();

}  // namespace kencrypt::config
