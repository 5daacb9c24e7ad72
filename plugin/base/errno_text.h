// The system's reasons for failures, in words.
#pragma once

#include <string>

namespace kencrypt {

// "no such file or directory": strerror's words as Go, and so kubectl, begins them, with a small
// letter.
std::string errno_text(int number);

}  // namespace kencrypt
