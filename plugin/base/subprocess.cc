#include "base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/file.h"

namespace kencrypt {
namespace {

using Deadline = std::optional<TimePoint>;

// Owners for posix_spawn's two option blocks.
class SpawnAttributes {
 public:
  SpawnAttributes() { posix_spawnattr_init(&value_); }
  ~SpawnAttributes() { posix_spawnattr_destroy(&value_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  // Ours may be blocked or handled (SignalGuard); the child must be stoppable as usual.
  void use_default_signals() {
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&value_, &none);
    posix_spawnattr_setsigdefault(&value_, &all);
    add_flags(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  void begin_session() { add_flags(POSIX_SPAWN_SETSID); }
  const posix_spawnattr_t* get() const { return &value_; }

 private:
  void add_flags(int flags) {
    flags_ |= flags;
    posix_spawnattr_setflags(&value_, static_cast<short>(flags_));
  }

  int flags_ = 0;
  posix_spawnattr_t value_{};
};

class SpawnFiles {
 public:
  SpawnFiles() { posix_spawn_file_actions_init(&value_); }
  ~SpawnFiles() { posix_spawn_file_actions_destroy(&value_); }
  SpawnFiles(const SpawnFiles&) = delete;
  SpawnFiles& operator=(const SpawnFiles&) = delete;
  void empty_stdin() {
    posix_spawn_file_actions_addopen(&value_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  void no_stderr() {
    posix_spawn_file_actions_addopen(&value_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  void stdout_to(int fd) { posix_spawn_file_actions_adddup2(&value_, fd, STDOUT_FILENO); }
  const posix_spawn_file_actions_t* get() const { return &value_; }

 private:
  posix_spawn_file_actions_t value_{};
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

// Sockets that libcurl made have no close-on-exec flag of their own: no child is to hold our
// connections. An old kernel without the call is not worth a failure.
void keep_descriptors_ours() {
#if defined(SYS_close_range)
  constexpr unsigned kFirst = 3;
  constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC, linux/close_range.h
  (void)::syscall(SYS_close_range, kFirst, ~0U, kCloseOnExec);
#endif
}

std::unexpected<Error> not_started(const Command& command, int reason) {
  const std::string& program = command.arguments.front();
  // Of a script whose interpreter is missing the system says the same as of a missing script.
  if (reason == ENOENT && ::access(program.c_str(), F_OK) != 0)
    return fail(ErrorKind::io, fmt::format("executable {} not found", program));
  return fail(ErrorKind::io, fmt::format("executable {} could not be started: {}", program,
                                         std::strerror(reason)));
}

Result<pid_t> spawn(const Command& command, int stdout_fd) {
  SpawnAttributes attributes;
  attributes.use_default_signals();
  SpawnFiles files;
  if (!command.pass_stdin) files.empty_stdin();
  if (command.time_limit) {
    attributes.begin_session();
    files.no_stderr();
  }
  files.stdout_to(stdout_fd);
  keep_descriptors_ours();
  const auto arguments = pointers(command.arguments);
  const auto environment = pointers(command.environment);
  pid_t pid = 0;
  const int reason = ::posix_spawnp(&pid, arguments.front(), files.get(), attributes.get(),
                                    arguments.data(), environment.data());
  if (reason != 0) return not_started(command, reason);
  return pid;
}

// In milliseconds, as poll() takes it; rounded up.
int time_left(TimePoint deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<long long>(left.count(), 0, 60'000));
}

// Waits until there is something to read, the end included. False: not by the deadline.
bool wait_readable(int fd, const Deadline& deadline) {
  if (!deadline) return true;  // read() waits
  pollfd wanted{fd, POLLIN, 0};
  for (;;) {
    const int left = time_left(*deadline);
    const int ready = ::poll(&wanted, 1, left);
    if (ready > 0) return true;
    if (left == 0) return false;
  }
}

// Reads until the end, or the deadline; true unless there was more than `limit`. A child that closes
// its output early or breaks the pipe is judged by its exit code.
bool read_up_to(int fd, std::size_t limit, const Deadline& deadline, SecretBytes& output) {
  std::array<char, 4096> buffer;
  bool fits = true;
  while (fits && wait_readable(fd, deadline)) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    output.append({buffer.data(), static_cast<std::size_t>(n)});
    fits = output.size() <= limit;
  }
  wipe(buffer.data(), buffer.size());
  return fits;
}

int wait_for(pid_t pid) {
  constexpr int kUnknown = 255;
  constexpr int kSignalBase = 128;  // the shells' convention
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return kUnknown;
  return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
}

// Whether it has ended by the deadline; wait_for() tells how. Nothing that poll() could wait for
// tells on every system that a child has ended, so it is asked.
bool ends_by(pid_t pid, TimePoint deadline) {
  constexpr int kTurn = 1;  // milliseconds
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) < 0) return true;
    if (info.si_pid == pid) return true;
    const int left = time_left(deadline);
    if (left == 0) return false;
    ::poll(nullptr, 0, std::min(left, kTurn));
  }
}

// It is the first of its session, and so of its process group.
void kill_group(pid_t pid) { ::kill(-pid, SIGKILL); }

}  // namespace

Result<CommandOutput> run_command(const Command& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return not_started(command, errno);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  Deadline deadline;
  if (command.time_limit) deadline = std::chrono::steady_clock::now() + *command.time_limit;
  TRY_ASSIGN(const pid_t pid, spawn(command, write_end.get()));
  write_end.reset();  // or the end of the output would never be seen
  CommandOutput result;
  const bool fits = read_up_to(read_end.get(), command.output_limit, deadline, result.output);
  if (!fits) ::kill(pid, SIGKILL);
  const bool in_time = !deadline || ends_by(pid, *deadline);
  if (!in_time) kill_group(pid);
  result.exit_code = wait_for(pid);
  if (!fits)
    return fail(ErrorKind::too_large,
                fmt::format("executable {} wrote more than {} bytes, the most that is read",
                            command.arguments.front(), command.output_limit));
  if (!in_time)
    return fail(ErrorKind::timeout,
                fmt::format("executable {} took too long", command.arguments.front()));
  return result;
}

}  // namespace kencrypt
