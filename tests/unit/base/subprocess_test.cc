#include "base/subprocess.h"

#include <sched.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <sstream>

#include "base/interrupts.h"
#include "fakes/temp_dir.h"

namespace kencrypt {
namespace {

Command shell(std::string script, std::size_t limit = 1000) {
  return {{"/bin/sh", "-c", std::move(script)}, {"PATH=/usr/bin:/bin"}, false, limit};
}

// Neither gone nor a zombie.
bool is_running(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto behind_name = text.rfind(')');
  return behind_name != std::string::npos && text.substr(behind_name + 2, 1) != "Z";
}

TEST_CASE("a command's output and exit code come back", "[subprocess]") {
  const auto result = run_command(shell("printf hello; exit 7"));
  REQUIRE(result);
  CHECK(result->output.view() == "hello");
  CHECK(result->exit_code == 7);
}

TEST_CASE("a command has the given environment and no other", "[subprocess]") {
  ::setenv("KENCRYPT_TEST_OURS", "1", 1);
  Command command = shell("printf \"$GIVEN,$KENCRYPT_TEST_OURS\"");
  command.environment.push_back("GIVEN=yes");
  const auto result = run_command(command);
  REQUIRE(result);
  CHECK(result->output.view() == "yes,");
}

TEST_CASE("a name without a slash is looked up on PATH", "[subprocess]") {
  const auto result = run_command({{"true"}, {}, false, 10});
  REQUIRE(result);
  CHECK(result->exit_code == 0);
}

TEST_CASE("standard input is empty unless it is passed on", "[subprocess]") {
  const auto result = run_command(shell("read line; printf \"%s$?\" \"$line\""));
  REQUIRE(result);
  CHECK(result->output.view() == "1");
}

TEST_CASE("a command that ends by a signal", "[subprocess]") {
  const auto result = run_command(shell("kill -TERM $$"));
  REQUIRE(result);
  CHECK(result->exit_code == 128 + SIGTERM);
}

TEST_CASE("a command can be interrupted while our signals are blocked", "[subprocess]") {
  const SignalGuard guard;
  const auto result = run_command(shell("kill -INT $$; printf survived"));
  REQUIRE(result);
  CHECK(result->exit_code == 128 + SIGINT);
  CHECK(result->output.empty());
}

TEST_CASE("output up to the limit is taken, more ends the command", "[subprocess]") {
  const auto fits = run_command(shell("printf 12345678", 8));
  REQUIRE(fits);
  CHECK(fits->output.size() == 8);
  // Without being killed this one would write for ever.
  const auto endless = run_command(shell("while :; do printf secret; done", 8));
  REQUIRE_FALSE(endless);
  CHECK(endless.error().kind == ErrorKind::too_large);
  CHECK(endless.error().message.find("secret") == std::string::npos);
}

TEST_CASE("what cannot be started is named", "[subprocess]") {
  const auto missing = run_command({{"/nonexistent/plugin"}, {}, false, 10});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::io);
  CHECK(missing.error().message == "executable /nonexistent/plugin not found");
  const auto unknown = run_command({{"kencrypt-no-such-program"}, {}, false, 10});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "executable kencrypt-no-such-program not found");
  const fakes::TempDir dir;
  const auto plain = run_command({{dir.write("file", "text")}, {}, false, 10});
  REQUIRE_FALSE(plain);
  CHECK(plain.error().message.ends_with("could not be started: Permission denied"));
  const std::string script = dir.script("script", "");
  dir.write("script", "#!/nonexistent/interpreter\n");
  const auto half = run_command({{script}, {}, false, 10});
  REQUIRE_FALSE(half);
  CHECK(half.error().message ==
        "executable " + script + " could not be started: No such file or directory");
}

TEST_CASE("a command inherits none of our descriptors", "[subprocess]") {
  const int leaky = ::dup(0);  // without close-on-exec, like a socket of libcurl's
  REQUIRE(leaky > 2);
  const auto result = run_command(shell("ls /proc/self/fd | wc -l"));
  ::close(leaky);
  REQUIRE(result);
  CHECK(result->output.view() == "4\n");  // 0, 1, 2 and the directory that ls reads
}

Command limited(std::string script, Duration limit = std::chrono::minutes(1)) {
  Command command = shell(std::move(script));
  command.time_limit = limit;
  return command;
}

TEST_CASE("within its time limit a command is as any other", "[subprocess]") {
  const auto result = run_command(limited("printf hello; exec >&-; exit 7"));
  REQUIRE(result);
  CHECK(result->output.view() == "hello");
  CHECK(result->exit_code == 7);
}

TEST_CASE("with a time limit a command has no terminal and says nothing", "[subprocess]") {
  // A session of its own: nobody in it has a terminal.
  const auto result = run_command(
      limited("read -r _ _ _ _ _ session _ < /proc/$$/stat; echo $session $$; readlink /proc/$$/fd/2"));
  REQUIRE(result);
  std::istringstream words{std::string(result->output.view())};
  std::string session;
  std::string pid;
  std::string standard_error;
  words >> session >> pid >> standard_error;
  CHECK(session == pid);
  CHECK(standard_error == "/dev/null");
}

TEST_CASE("after its time limit a command is killed, with what it has started", "[subprocess]") {
  const fakes::TempDir dir;
  const std::string file = (dir.path() / "pid").string();
  for (const char* script : {"sleep 1000 & echo $! > FILE; wait", "exec >&-; sleep 1000 & echo $! > FILE; wait"}) {
    std::string text = script;
    text.replace(text.find("FILE"), 4, file);
    const auto result = run_command(limited(text, std::chrono::seconds(1)));
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::timeout);
    const pid_t child = std::stoi(dir.read("pid"));
    // It is nobody's child any more: init takes it away once it is dead.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (is_running(child) && std::chrono::steady_clock::now() < patience) ::sched_yield();
    CHECK_FALSE(is_running(child));
  }
}

}  // namespace
}  // namespace kencrypt
