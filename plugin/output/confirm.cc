#include "output/confirm.h"

#include <istream>
#include <ostream>
#include <string>

#include "base/text.h"

namespace kencrypt::output {
namespace {

std::string read_line(std::istream& in) {
  std::string line;
  for (char c = 0; line.size() <= kMaxAnswer && in.get(c) && c != '\n';) line += c;
  return line;
}

}  // namespace

bool confirm(std::istream& in, std::ostream& out) {
  out << "Do you want to continue? (y/N): " << std::flush;
  const std::string line = read_line(in);
  if (in.eof()) {  // the terminal's cursor still stands behind the prompt
    out << '\n';
    return false;
  }
  const std::string answer = to_lower(trim(line));
  return answer == "y" || answer == "yes";
}

}  // namespace kencrypt::output
