#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "commands/completion_install.h"
#include "commands/completion_scripts.h"
#include "fakes/command_world.h"

namespace kencrypt {
namespace {

namespace fs = std::filesystem;

// A PATH with two directories, of which the second has the plugin.
struct World : fakes::CommandWorld {
  World() {
    fs::create_directories(first());
    directory.script("bin/kubectl-encrypt", "");
    more_variables = {"PATH=:relative:" + first() + ":" + bin()};
  }
  std::string first() const { return (directory.path() / "first").string(); }
  std::string bin() const { return (directory.path() / "bin").string(); }
  std::string shim() const { return bin() + "/kubectl_complete-encrypt"; }
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("scripts are printed for each shell, and the shim", "[completion_command]") {
  World world;
  CHECK(world.run({"completion", "bash"}) == 0);
  CHECK(world.out.str() == commands::bash_script());
  CHECK(contains(world.out.str(), "complete -o default -F _kubectl_encrypt kubectl-encrypt"));
  CHECK(world.run({"completion", "zsh"}) == 0);
  CHECK(world.out.str().starts_with("#compdef kubectl-encrypt"));
  CHECK(world.run({"completion", "fish"}) == 0);
  CHECK(contains(world.out.str(), "complete -c $name"));
  CHECK(world.run({"completion", "kubectl"}) == 0);
  CHECK(world.out.str().starts_with("#!/bin/sh\n"));
}

TEST_CASE("a wrong word says which there are", "[completion_command]") {
  World world;
  CHECK(world.run({"completion"}) == 1);
  CHECK(world.err.str() ==
        "error: Shell not specified. Give one of: bash, zsh, fish, kubectl or install\n");
  CHECK(world.run({"completion", "tcsh"}) == 1);
  CHECK(contains(world.err.str(), "Unsupported shell type \"tcsh\""));
  CHECK(world.run({"completion", "bash", "zsh"}) == 1);
  CHECK(world.run({"completion", "bash", "--dir", "x"}) == 1);
  CHECK(contains(world.err.str(), "--dir goes with install alone"));
}

TEST_CASE("install writes the shim beside the plugin, executable", "[completion_command]") {
  World world;
  const mode_t former = ::umask(0077);
  CHECK(world.run({"completion", "install"}) == 0);
  ::umask(former);
  CHECK(contains(world.out.str(), "Wrote " + world.shim()));
  CHECK(world.err.str().empty());
  CHECK(world.directory.read("bin/kubectl_complete-encrypt") == commands::kubectl_shim());
  CHECK((fs::status(world.shim()).permissions() & fs::perms::mask) == fs::perms(0755));
  CHECK(fs::is_regular_file(fs::symlink_status(world.shim())));
  // Nothing else is left there.
  CHECK(std::distance(fs::directory_iterator(world.bin()), {}) == 2);
}

TEST_CASE("install is idempotent, and replaces an older shim", "[completion_command]") {
  World world;
  CHECK(world.run({"completion", "install"}) == 0);
  CHECK(world.run({"completion", "install"}) == 0);
  CHECK(world.out.str() == world.shim() + " is up to date\n");
  fs::permissions(world.shim(), fs::perms::owner_read);
  CHECK(world.run({"completion", "install"}) == 0);  // it has to be executable
  CHECK(contains(world.out.str(), "Updated " + world.shim()));
  world.directory.write("bin/kubectl_complete-encrypt",
                        "#!/bin/sh\n# kubectl-encrypt completion shim, as it was once\n");
  CHECK(world.run({"completion", "install"}) == 0);
  CHECK(contains(world.out.str(), "Updated " + world.shim()));
  CHECK(world.directory.read("bin/kubectl_complete-encrypt") == commands::kubectl_shim());
}

TEST_CASE("install leaves alone what is not its own", "[completion_command]") {
  World world;
  const auto refuses = [&world] {
    CHECK(world.run({"completion", "install"}) == 1);
    CHECK(contains(world.err.str(),
                   world.shim() + " is there already and was not written by this command"));
    CHECK(world.out.str().empty());
  };
  world.directory.write("bin/kubectl_complete-encrypt",
                        "#!/bin/sh\nexec my-own-completion \"$@\"\n");
  refuses();
  CHECK(world.directory.read("bin/kubectl_complete-encrypt") ==
        "#!/bin/sh\nexec my-own-completion \"$@\"\n");
  world.directory.write("bin/kubectl_complete-encrypt", std::string(100'000, 'x'));
  refuses();
  fs::remove(world.shim());
  fs::create_symlink("kubectl-encrypt", world.shim());
  refuses();
  CHECK(fs::is_symlink(world.shim()));
  fs::remove(world.shim());
  fs::create_directory(world.shim());
  refuses();
}

TEST_CASE("install follows the plugin's name and the directory it is given",
          "[completion_command]") {
  World world;
  CHECK(world.run({"completion", "install", "--dir", world.first() + "/"}) == 0);
  CHECK(fs::exists(world.first() + "/kubectl_complete-encrypt"));
  CHECK(world.err.str().empty());
  CHECK(world.run({"completion", "install", "--dir", world.directory.path().string()}) == 0);
  CHECK(contains(world.err.str(), "comes first on the PATH"));  // the one in `first`
  world.program = "kubectl encrypt-at-rest";
  CHECK(world.run({"completion", "install"}) == 1);
  CHECK(contains(world.err.str(), "kubectl-encrypt_at_rest is not on the PATH"));
  fs::create_symlink(world.bin() + "/kubectl-encrypt", world.first() + "/kubectl-encrypt_at_rest");
  CHECK(world.run({"completion", "install"}) == 0);  // beside the link, as krew makes one
  CHECK(fs::exists(world.first() + "/kubectl_complete-encrypt_at_rest"));
}

TEST_CASE("install says why it cannot, or that it is of no use", "[completion_command]") {
  World world;
  CHECK(world.run({"completion", "install", "--dir", "/nonexistent/x"}) == 1);
  CHECK(contains(world.err.str(),
                 "/nonexistent/x/kubectl_complete-encrypt: No such file or directory"));
  CHECK(world.run({"completion", "install", "--dir", world.directory.path().string()}) == 0);
  CHECK(contains(world.err.str(),
                 "Warning: " + world.directory.path().string() + " is not on the PATH"));
}

TEST_CASE("programs are found as kubectl finds them", "[completion_command]") {
  World world;
  const Variables variables = world.variables();
  CHECK(commands::find_on_path("kubectl-encrypt", variables) ==
        fs::path(world.bin()) / "kubectl-encrypt");
  world.directory.write("first/kubectl-encrypt", "not executable");
  CHECK(commands::find_on_path("kubectl-encrypt", variables) ==
        fs::path(world.bin()) / "kubectl-encrypt");
  fs::create_directory(world.first() + "/tool");
  CHECK_FALSE(commands::find_on_path("tool", variables));
  CHECK_FALSE(commands::find_on_path("kubectl-encrypt", Variables()));
  const std::string here = fs::relative(world.bin(), fs::current_path()).string();
  CHECK_FALSE(commands::find_on_path("kubectl-encrypt", Variables({"PATH=" + here})));
}

}  // namespace
}  // namespace kencrypt
