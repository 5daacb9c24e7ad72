// The kube-apiserver in the manifest of a static Pod.
//
// The kubelet takes a file for one Pod: it reads the first document of the file, and no kind of list
// (kubernetes pkg/kubelet/config/common.go, tryDecodeSinglePod).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "document/change.h"
#include "document/tree.h"

namespace kencrypt::manifest {

// A word of its command line: what the container runtime hands over, before the kubelet has put variables in.
struct Word {
  std::string text;
  std::size_t line = 0;
  document::Path list;  // the "command" or "args" that it is in
  std::size_t index = 0;
};

// Valid as long as the tree.
struct ApiServer {
  document::Path spec;
  document::Path container;
  std::string name;   // of the container
  std::string image;
  std::vector<Word> words;     // "command", then "args"
  std::size_t first_flag = 0;  // the index of the word behind the program's name
};

// Errors, with the line: not_found, where the text is no manifest of a kube-apiserver; config, where its flags are no words
// of their own; conflict, where it is not sure what the kubelet reads.
Result<ApiServer> find_api_server(const document::Tree& tree);

// The field of a mapping, and the way to it; null if there is none, or no mapping.
const document::Node* field_at(const document::Node& root, const document::Path& map, std::string_view name,
                               document::Path* path = nullptr);

// "line 12: why". Of kind config: nobody but the user can change this. Of kind conflict: the user has to decide or to mend
// something first, which the message says.
std::unexpected<Error> at_line(std::size_t line, std::string_view why);
std::unexpected<Error> conflict(std::size_t line, std::string_view why);

}  // namespace kencrypt::manifest
