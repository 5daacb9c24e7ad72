#include "config/finding.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace kencrypt::config {
namespace {

constexpr std::array kRules = {
    // What the API server refuses.
    Rule{"unreadable", "The file must be YAML, or JSON if it begins with a brace"},
    Rule{"wrong-kind", "The file must be an EncryptionConfiguration of apiserver.config.k8s.io/v1"},
    Rule{"wrong-type", "Each field has one type; the API server converts none"},
    Rule{"unknown-field", "The API server knows each field (from 1.31 on)"},
    Rule{"duplicate-field", "A field stands once (from 1.31 on)"},
    Rule{"missing-value", "Lists that must have an element and fields that must have a value"},
    Rule{"provider-count", "An element of providers is exactly one provider"},
    Rule{"key-encoding", "A key is in base64"},
    Rule{"key-length", "A key has the length that its provider takes"},
    Rule{"resource-name", "A resource is one that can be encrypted"},
    Rule{"overlapping-resources", "The resources of one list do not overlap"},
    Rule{"masked-resource", "A resource is not behind a wildcard that covers it"},
    Rule{"kms-name", "KMS providers have names of their own"},
    Rule{"kms-endpoint", "A KMS plugin is at a Unix socket"},
    Rule{"kms-timeout", "The timeout of a KMS plugin is a positive duration"},
    Rule{"kms-cachesize", "cachesize is for KMS v1, and not 0"},
    Rule{"kms-api-version", "KMS has the versions v1 and v2"},
    Rule{"kms-v1", "KMS v1 is off from 1.29 on"},
    // What it takes, and practice does not.
    Rule{"more-documents", "The API server reads the first document of a file alone"},
    Rule{"identity-first", "The first provider encrypts what is written"},
    Rule{"sample-key", "A key is not one that is printed in documentation"},
    Rule{"weak-key", "A key is random"},
    Rule{"short-key", "A key has 32 bytes"},
    Rule{"repeated-key-name", "A key has a name of its own"},
    Rule{"repeated-key", "A key is there once"},
    Rule{"key-age", "The key that writes is changed from time to time"},
    Rule{"file-permissions", "The file is for its owner alone"},
    Rule{"file-owner", "The file is its reader's, or root's"},
    Rule{"beside-backups", "The keys are not where the data is"},
};

Finding at(std::string_view rule, Severity severity, const document::Place& place, std::string field,
           std::string message, std::string advice) {
  return {rule, severity, place.line, place.column, std::move(field), std::move(message), std::move(advice)};
}

}  // namespace

std::string_view severity_name(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

void Findings::error(std::string_view rule, const document::Place& place, std::string field, std::string message,
                     std::string advice) {
  all_.push_back(at(rule, Severity::error, place, std::move(field), std::move(message), std::move(advice)));
}

void Findings::warning(std::string_view rule, const document::Place& place, std::string field, std::string message,
                       std::string advice) {
  all_.push_back(at(rule, Severity::warning, place, std::move(field), std::move(message), std::move(advice)));
}

void Findings::file_warning(std::string_view rule, std::string message, std::string advice) {
  all_.push_back({rule, Severity::warning, 0, 0, "", std::move(message), std::move(advice)});
}

std::size_t Findings::errors() const {
  return static_cast<std::size_t>(std::count_if(
      all_.begin(), all_.end(), [](const Finding& finding) { return finding.severity == Severity::error; }));
}

std::vector<Finding> Findings::sorted() && {
  std::stable_sort(all_.begin(), all_.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.line, a.severity, a.column) < std::tie(b.line, b.severity, b.column);
  });
  return std::move(all_);
}

std::span<const Rule> rules() { return kRules; }

}  // namespace kencrypt::config
