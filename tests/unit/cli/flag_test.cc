#include "cli/flag.h"

#include <catch2/catch.hpp>

#include "cli/common_flags.h"
#include "cli/global_flags.h"
#include "cli/parse.h"

using namespace kencrypt;
using namespace kencrypt::cli;

namespace {

using Words = std::vector<std::string>;

ParsedFlags parse(const FlagTable& flags, const Words& words) {
  auto parsed = parse_flags(flags, words);
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

Flag named(std::string name, char letter) {
  return {.name = std::move(name), .letter = letter, .help = "h"};
}

}  // namespace

TEST_CASE("a command's flags come before the shared ones they replace", "[cli]") {
  const FlagTable merged =
      merge({named("user", 'u'), named("new", 'n')}, {named("namespace", 'n'), named("user", 'x')});
  REQUIRE(merged.size() == 3);
  CHECK(display_flag(merged[0]) == "-u, --user");
  CHECK(display_flag(merged[1]) == "-n, --new");
  CHECK(display_flag(merged[2]) == "--namespace");
}

TEST_CASE("defects of a table are found", "[cli]") {
  CHECK(table_defect(FlagTable{named("a", 'a'), named("b", 'b')}).empty());
  CHECK(table_defect(FlagTable{named("a", 0), named("a", 0)}) == "--a is declared twice");
  CHECK(table_defect(FlagTable{named("a", 'x'), named("b", 'x')}) == "-x is declared twice");
  CHECK(table_defect(FlagTable{named("a_b", 0)}) == "\"a_b\" is no flag name");
  CHECK(table_defect(FlagTable{{.name = "a"}}) == "--a has no help");
  const Flag wrong_default{
      .name = "a", .kind = FlagKind::integer, .default_value = "many", .help = "h"};
  CHECK(table_defect(FlagTable{wrong_default}).starts_with("default: invalid argument \"many\""));
}

TEST_CASE("every global flag of kubectl is accepted", "[cli]") {
  const FlagTable flags = global_flags();
  CHECK(table_defect(flags) == "");
  const Words words = {"--as=a",
                       "--as-group=b",
                       "--as-group=c",
                       "--as-uid=d",
                       "--as-user-extra=k=v",
                       "--cache-dir=e",
                       "--certificate-authority=f",
                       "--client-certificate=g",
                       "--client-key=h",
                       "--cluster=i",
                       "--color=auto",
                       "--context=j",
                       "--disable-compression",
                       "--insecure-skip-tls-verify",
                       "--kubeconfig=k",
                       "--kuberc=l",
                       "--log-flush-frequency=1s",
                       "--match-server-version",
                       "-n",
                       "m",
                       "--password=n",
                       "--profile=cpu",
                       "--profile-output=o",
                       "--proxy-url=http://x",
                       "--request-timeout=5",
                       "-s",
                       "p",
                       "--tls-server-name=q",
                       "--token=r",
                       "--user=s",
                       "--username=t",
                       "-v=6",
                       "--version",
                       "--vmodule=a=1",
                       "--warnings-as-errors",
                       "-h"};
  const ParsedFlags parsed = parse(flags, words);
  for (const Flag& flag : flags) {
    CAPTURE(flag.name);
    CHECK(parsed.was_set(flag.name));
  }
  CHECK(parsed.get_string("namespace") == "m");
  CHECK(parsed.get_list("as-user-extra") == Words{"k=v"});
  CHECK(parsed.positionals().empty());
}

TEST_CASE("the flag --request-timeout takes seconds or a duration", "[cli]") {
  using namespace std::chrono_literals;
  const FlagTable flags = global_flags();
  const auto timeout = [&](const Words& words) { return request_timeout(parse(flags, words)); };
  CHECK(timeout({}).value() == 0s);
  CHECK(timeout({"--request-timeout=5"}).value() == 5s);
  CHECK(timeout({"--request-timeout=1m"}).value() == 60s);
  CHECK(timeout({"--request-timeout=5x"}).error().message.starts_with("Invalid timeout value. "));
}

TEST_CASE("flags that commands share are sound together with the global ones", "[cli]") {
  const FlagTable flags =
      merge({all_namespaces_flag(), selector_flag(), field_selector_flag(), chunk_size_flag(),
             output_flag("json, yaml"), no_headers_flag(), yes_flag(), dry_run_flag()},
            global_flags());
  CHECK(table_defect(flags) == "");
  CHECK(parse(flags, {}).get_int("chunk-size") == 500);
  CHECK(parse(flags, {"-Ay"}).get_bool("yes"));
}

TEST_CASE("the flag --dry-run means what it means in kubectl", "[cli]") {
  const FlagTable flags = {dry_run_flag()};
  const auto choice = [&](const Words& words) { return dry_run(parse(flags, words)); };
  CHECK(choice({})->mode == DryRun::none);
  CHECK(choice({"--dry-run=none"})->mode == DryRun::none);
  CHECK(choice({"--dry-run=client"})->mode == DryRun::client);
  CHECK(choice({"--dry-run=client"})->warning.empty());
  CHECK(choice({"--dry-run=server"})->mode == DryRun::server);
  CHECK(choice({"--dry-run"})->mode == DryRun::client);
  CHECK_FALSE(choice({"--dry-run"})->warning.empty());
  CHECK(choice({"--dry-run=x"}).error().message ==
        "Invalid dry-run value (x). Must be \"none\", \"server\", or \"client\".");
}
