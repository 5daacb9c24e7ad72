// Whether the API server still writes with the key that an earlier run was written with.
#pragma once

#include <vector>

#include "http/transport.h"
#include "rewrite/checkpoint.h"
#include "rewrite/strategy.h"
#include "rewrite/target.h"

namespace kencrypt::rewrite {

enum class WriteKey {
  same,
  other,
  unknown,  // every witness has been changed or deleted meanwhile, or could not be asked
};

// Writes an object that our earlier run wrote and nobody has touched since, once more. If the server leaves
// it as it is, it is stored under the present write key; if not, it was stored under another one (and is
// current now). Each witness takes at most two requests.
WriteKey ask_write_key(http::Transport& transport, const std::vector<Target>& targets, Strategy strategy,
                       const std::vector<Witness>& witnesses);

}  // namespace kencrypt::rewrite
