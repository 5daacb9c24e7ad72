// What a check came to.
#pragma once

#include <string>
#include <variant>

namespace kencrypt::control_plane {

struct Passed {};

// It found what must not be: a sentence or two with the reason and what to do.
struct Refused {
  std::string message;
};

// It could not find out; why, as it follows "could not check ...:".
struct Unknown {
  std::string reason;
};

using Finding = std::variant<Passed, Refused, Unknown>;

}  // namespace kencrypt::control_plane
