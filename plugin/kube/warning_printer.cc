#include "kube/warning_printer.h"

#include "kube/warning_header.h"

namespace kencrypt::kube {
namespace {

constexpr int kForPeople = 299;

}  // namespace

void WarningPrinter::on_head(http::RequestId, const http::ResponseHead& head) {
  for (const http::Header& header : head.headers) {
    if (header.name != "warning") continue;
    for (const ServerWarning& warning : parse_warnings(header.value))
      if (warning.code == kForPeople && !warning.text.empty()) show(warning.text);
  }
}

void WarningPrinter::show(const std::string& text) {
  if (shown_.size() >= kMaxWarnings || !shown_.insert(text).second) return;
  constexpr std::string_view kYellow = "\x1b[33;1mWarning:\x1b[0m ";
  constexpr std::string_view kPlain = "Warning: ";
  print_(std::string(color_ == WarningColor::yellow ? kYellow : kPlain) + text);
}

}  // namespace kencrypt::kube
