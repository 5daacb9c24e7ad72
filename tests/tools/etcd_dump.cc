// Prints key, mod_revision and the SHA-256 of the value of all that a real etcd has below its
// prefix, so that another client's view can be compared with it. Never a value. Addresses and
// certificates as etcdctl takes them: ETCDCTL_ENDPOINTS and so on; the words are KEY_PREFIX and
// keys per page, both optional.
#include <cstdlib>
#include <iostream>

#include "base/sha256.h"
#include "commands/environment.h"
#include "commands/etcd_session.h"
#include "etcd/member_status.h"
#include "etcd/range_scan.h"
#include "http/curl_transport.h"

namespace kencrypt {
namespace {

std::string printable_key(std::string_view key) {
  std::string shown;
  for (const char c : key) shown += c > ' ' && c <= '~' ? c : '?';
  return shown;
}

Result<void> print(const etcd::KeyValue& kv) {
  std::cout << printable_key(kv.key) << ' ' << kv.mod_revision << ' ' << sha256_label(kv.value)
            << '\n';
  return {};
}

Result<void> dump(commands::EtcdSession& session, const etcd::ScanOptions& options,
                  const Clock& clock) {
  etcd::Channel channel(session.transport(), clock);
  TRY_ASSIGN(const auto status, etcd::read_status(channel));
  std::cerr << "etcd " << status.version << " by " << etcd::door_name(channel.door()) << ", db "
            << status.db_size << " B, in use " << status.db_size_in_use << " B, quota "
            << status.db_quota.value_or(0) << " B\n";
  if (channel.grpc_refusal()) std::cerr << "no gRPC: " << channel.grpc_refusal()->message << '\n';
  const TimePoint start = clock.now();
  TRY_ASSIGN(const auto result, etcd::scan(channel, options, print));
  std::cerr << result.keys << " keys in " << result.pages << " pages at revision "
            << result.revision << " in "
            << std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - start).count()
            << " ms\n";
  return {};
}

Result<void> run(const std::vector<std::string>& words) {
  const SystemClock clock;
  commands::Environment environment{
      .program = "etcd_dump",
      .arguments = words,
      .variables = Variables::of_process(),
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .terminals = {},
      .clock = clock,
      .connect =
          [&clock](http::Endpoint endpoint, http::CurlOptions options) {
            return http::make_curl_transport(std::move(endpoint), options, clock);
          },
      .watch_interrupts = {},
  };
  TRY_ASSIGN(auto options, etcd::resolve_endpoint_options({}, environment.variables));
  etcd::ScanOptions scan;
  scan.prefix = words.empty() ? options.key_prefix : words[0];
  if (words.size() > 1) scan.limits.first_keys = scan.limits.most_keys = std::stoul(words[1]);
  const int verbosity =
      std::getenv("VERBOSITY") == nullptr ? 0 : std::atoi(std::getenv("VERBOSITY"));
  TRY_ASSIGN(auto session, commands::open_etcd_session(std::move(options), verbosity, environment));
  return dump(*session, scan, clock);
}

}  // namespace
}  // namespace kencrypt

int main(int argc, char** argv) {
  const auto outcome = kencrypt::run({argv + 1, argv + argc});
  if (!outcome) std::cerr << "error: " << outcome.error().message << '\n';
  return outcome ? 0 : 1;
}
