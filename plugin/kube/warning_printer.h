// Shows an API server's warnings, each once.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "http/observed_transport.h"

namespace kencrypt::kube {

// A server that makes every warning different could otherwise fill memory and screen.
inline constexpr std::size_t kMaxWarnings = 100;

enum class WarningColor { none, yellow };

class WarningPrinter final : public http::Observer {
 public:
  // `print` gets a line for standard error, without its end: "Warning: TEXT". With
  // WarningColor::yellow the first word has kubectl's colour (k8s.io/client-go rest/warnings.go).
  WarningPrinter(std::function<void(std::string_view)> print, WarningColor color)
      : print_(std::move(print)), color_(color) {}

  // Warnings of code 299 are the ones for people.
  void on_head(http::RequestId id, const http::ResponseHead& head) override;
  void on_start(http::RequestId, const http::Request&) override {}
  void on_done(http::RequestId, const Result<void>&) override {}
  void on_cancel(http::RequestId) override {}

  // How many different ones there were, for --warnings-as-errors; at most kMaxWarnings.
  std::size_t count() const { return shown_.size(); }

 private:
  void show(const std::string& text);

  std::function<void(std::string_view)> print_;
  WarningColor color_;
  std::set<std::string> shown_;
};

}  // namespace kencrypt::kube
