#include "base/errno_text.h"

#include <cstring>

namespace kencrypt {

std::string errno_text(int number) {
  std::string text = std::strerror(number);
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

}  // namespace kencrypt
