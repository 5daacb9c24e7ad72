// Environment variables as a value: code asks it, so that tests can give others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kencrypt {

class Variables {
 public:
  Variables() = default;
  // Each entry "NAME=value"; the last of several with one name counts, as in Go's os/exec.
  explicit Variables(std::vector<std::string> entries);

  // Those this process was started with.
  static Variables of_process();

  // The value of `name`, or nullopt if it is not set or empty: none of the variables that are read
  // here means something else when empty.
  std::optional<std::string> find(std::string_view name) const;
  // Whether `name` is there at all, be it empty, which is what NO_COLOR goes by.
  bool is_set(std::string_view name) const;
  // For a child process: one "NAME=value" a name.
  const std::vector<std::string>& entries() const { return entries_; }
  // A copy in which `name` has `value`.
  Variables with(std::string_view name, std::string_view value) const;

 private:
  std::vector<std::string> entries_;
};

}  // namespace kencrypt
