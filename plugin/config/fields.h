// The fields of a mapping as the API server finds them: those merged into it, too, and of a repeated one the last.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.h"
#include "config/server.h"
#include "document/tree.h"

namespace kencrypt::config {

// Reports all that makes the tree no JSON: names that are lists or mappings, infinite numbers, "<<" of anything but
// mappings (go.yaml.in/yaml/v2 decode.go; sigs.k8s.io/yaml).
void check_convertible(const document::Node& root, Findings& findings);

class Fields {
 public:
  // `map` is a mapping, at `field`, that may have fields of the names `known` alone: others, and repeated ones, are
  // findings. The names must outlive this object.
  Fields(const document::Node& map, std::string_view field, std::span<const std::string_view> known,
         const Server& server, Findings& findings);

  // The value of a field, or null where there is none or where it is null.
  const document::Node* value(std::string_view name) const;
  // The field itself, be its value null.
  const document::Field* find(std::string_view name) const;
  // "aescbc.keys" for "keys" in "aescbc".
  std::string path(std::string_view name) const;

 private:
  void collect(const document::Node& map);
  void report(std::span<const std::string_view> known, const Server& server, Findings& findings) const;

  std::string field_;
  std::vector<const document::Field*> fields_;
};

}  // namespace kencrypt::config
