#include "cli/cxxopts_library.h"

#include <fmt/format.h>

#include <cxxopts.hpp>

namespace kencrypt::cli {

Library cxxopts_library() {
  return {"cxxopts", fmt::format("{}.{}.{}", CXXOPTS__VERSION_MAJOR, CXXOPTS__VERSION_MINOR,
                                 CXXOPTS__VERSION_PATCH)};
}

}  // namespace kencrypt::cli
