// The outside as a command sees it. main builds the real one, tests build others; nothing below reads
// a global.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupts.h"
#include "base/result.h"
#include "base/variables.h"
#include "http/curl_transport.h"
#include "http/endpoint.h"
#include "http/transport.h"

namespace kencrypt::commands {

struct Terminals {
  bool in = false;
  bool out = false;
  bool err = false;
  std::size_t columns = 0;  // of standard error; 0: not known
};

// Whether a stream may have colours.
struct Colours {
  bool out = false;
  bool err = false;
};

struct Environment {
  std::string program;                 // as a user types it: "kubectl encrypt"
  std::vector<std::string> arguments;  // without the program's name
  Variables variables;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Terminals terminals;
  const Clock& clock;
  std::function<Result<std::unique_ptr<http::Transport>>(http::Endpoint, http::CurlOptions)> connect;
  std::function<std::unique_ptr<Interrupts>()> watch_interrupts;
  Colours colours = {};              // by the flags, once they are known
  std::string kubectl = "kubectl";   // as a user here can call it
};

}  // namespace kencrypt::commands
