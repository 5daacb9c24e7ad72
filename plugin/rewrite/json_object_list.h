// A list of objects as a file: what --failed-to writes and -f reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rewrite/report.h"
#include "rewrite/target.h"

namespace kencrypt::rewrite {

// The objects of `failures`, as one JSON document of kind ObjectList (apiVersion kubectl-encrypt/v1).
std::string object_list_text(const std::vector<Failure>& failures, const std::vector<Target>& targets);

// The targets of such a document, one a resource, with sorted names; empty for an empty list. Errors: config,
// for what is no such document; the message quotes nothing of it.
Result<std::vector<Target>> parse_object_list(std::string_view text);

}  // namespace kencrypt::rewrite
