#include "commands/no_resources.h"

#include <fmt/format.h>

namespace kencrypt::commands {

std::string no_resources_line(std::string_view name_space) {
  if (name_space.empty()) return "No resources found\n";
  return fmt::format("No resources found in {} namespace.\n", name_space);
}

}  // namespace kencrypt::commands
