// The cxxopts that was compiled in.
#pragma once

#include "base/library.h"

namespace kencrypt::cli {

Library cxxopts_library();

}  // namespace kencrypt::cli
