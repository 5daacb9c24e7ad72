#include "cli/man_page.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "cli/global_flags.h"
#include "commands/command.h"
#include "fakes/command_world.h"

using namespace kencrypt;
using namespace kencrypt::cli;

namespace {

ManPage page() {
  return {.name = "kubectl-things",
          .summary = "report things",
          .date = "2026-11-27",
          .source = "things v1",
          .description = "Reports things.\n\n.PP is \\no macro here, and {program} is a name.",
          .commands = {{"status",
                        "Show them",
                        {.description = "Show them.\n\nAll of them.",
                         .examples = {{"Show all", "{program} status -A"}},
                         .subcommands = {},
                         .usage = "{program} status [NAME] [flags]",
                         .closing = {}},
                        {{.name = "target", .letter = 't', .help = "Which one.", .group = "Target Options"},
                         {.name = "chunk-size", .kind = FlagKind::integer, .default_value = "500", .help = "'Size': a`b^c~d."},
                         {.name = "door", .help = "Hidden.", .hidden = true}}}},
          .globals = {{.name = "context", .help = "Where.", .group = std::string(kGlobalGroup)}},
          .sections = {{"FILES", {{"~/.kube/a \"b\"", "A file."}}}},
          .see_also = {"kubectl(1)", "etcdctl(1)"}};
}

std::string written(const ManPage& page) {
  std::ostringstream out;
  write_man_page(out, page, "kubectl things");
  return out.str();
}

std::string manual_of(fakes::CommandWorld& world) {
  REQUIRE(world.run({"man"}) == 0);
  return world.out.str();
}

}  // namespace

TEST_CASE("a manual page in the macros of man(7)", "[cli]") {
  CHECK(written(page()) ==
        ".TH \"KUBECTL\\-THINGS\" 1 2026-11-27 \"things v1\" \"User Commands\"\n"
        ".nh\n"
        ".ad l\n"
        ".SH \"NAME\"\n"
        "kubectl\\-things \\- report things\n"
        ".SH \"SYNOPSIS\"\n"
        ".B kubectl things status\n"
        "[NAME] [flags]\n"
        ".SH \"DESCRIPTION\"\n"
        "Reports things.\n"
        ".PP\n"
        "\\&.PP is \\eno macro here, and kubectl things is a name.\n"
        ".SH \"COMMANDS\"\n"
        ".TP\n"
        ".B status\n"
        "Show them.\n"
        ".IP\n"
        "All of them.\n"
        ".SH \"OPTIONS\"\n"
        ".SS \"Options of status\"\n"
        ".TP\n"
        "\\fB\\-\\-chunk\\-size\\fR=500\n"
        "\\(aqSize\\(aq: a\\(gab\\(hac\\(tid.\n"
        ".PP\n"
        "Target Options:\n"
        ".TP\n"
        "\\fB\\-t, \\-\\-target\\fR=\\(aq\\(aq\n"
        "Which one.\n"
        ".SS \"Options of all commands\"\n"
        ".TP\n"
        "\\fB\\-\\-context\\fR=\\(aq\\(aq\n"
        "Where.\n"
        ".SH \"FILES\"\n"
        ".TP\n"
        ".B \"\\(ti/.kube/a \\(dqb\\(dq\"\n"
        "A file.\n"
        ".SH \"EXAMPLES\"\n"
        ".TP\n"
        "Show all:\n"
        ".EX\n"
        "kubectl things status \\-A\n"
        ".EE\n"
        ".SH \"SEE ALSO\"\n"
        ".BR kubectl (1),\n"
        ".BR etcdctl (1)\n");
}

TEST_CASE("long lines are broken, and a line that begins like a request is protected", "[cli]") {
  ManPage wide = page();
  wide.description = std::string(75, 'x') + " .end of the line";
  const std::string text = written(wide);
  CHECK(text.find(std::string(75, 'x') + "\n\\&.end of the line\n") != std::string::npos);
}

TEST_CASE("the manual has every command and every flag that is not hidden", "[commands]") {
  fakes::CommandWorld world;
  const std::string text = manual_of(world);
  std::vector<FlagTable> tables = {global_flags()};
  for (const commands::Command& command : commands::runnable_commands()) {
    std::string escaped = command.name;
    for (std::size_t at = 0; (at = escaped.find('-', at)) != std::string::npos; at += 2) escaped.insert(at, "\\");
    CHECK(text.find("\n.TP\n.B " + escaped + "\n") != std::string::npos);
    tables.push_back(command.flags);
  }
  for (const FlagTable& table : tables)
    for (const Flag& flag : table) {
      INFO(flag.name);
      std::string name = display_flag(flag);
      for (std::size_t at = 0; (at = name.find('-', at)) != std::string::npos; at += 2) name.insert(at, "\\");
      CHECK((text.find("\\fB" + name + "\\fR=") != std::string::npos) == !flag.hidden);
    }
  CHECK(text.find("{program}") == std::string::npos);
}

TEST_CASE("the manual's date is SOURCE_DATE_EPOCH, if that is a number", "[commands]") {
  fakes::CommandWorld world;
  world.more_variables = {"SOURCE_DATE_EPOCH=1700000000"};
  CHECK(manual_of(world).starts_with(".TH \"KUBECTL\\-ENCRYPT\" 1 2023-11-14 \"kubectl\\-encrypt v"));
  for (const char* wrong : {"-1", "17e8", "yesterday", "253402300800"}) {
    world.more_variables = {std::string("SOURCE_DATE_EPOCH=") + wrong};
    CHECK(world.run({"man"}) == 1);
    CHECK(world.err.str() == "error: SOURCE_DATE_EPOCH has to be a number of seconds since 1970\n");
  }
}
