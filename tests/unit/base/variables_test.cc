#include "base/variables.h"

#include <catch2/catch.hpp>
#include <cstdlib>

namespace kencrypt {
namespace {

TEST_CASE("variables are found by their whole name", "[variables]") {
  const Variables variables({"A=1", "AB=2", "EMPTY=", "EQUALS=x=y", "nonsense"});
  CHECK(variables.find("A") == "1");
  CHECK(variables.find("AB") == "2");
  CHECK(variables.find("EQUALS") == "x=y");
  CHECK(variables.find("EMPTY") == std::nullopt);
  CHECK(variables.find("B") == std::nullopt);
  CHECK(variables.find("nonsense") == std::nullopt);
}

TEST_CASE("an empty variable is there, and has no value", "[variables]") {
  const Variables variables({"NO_COLOR=", "NO_COLORS=1"});
  CHECK(variables.is_set("NO_COLOR"));
  CHECK_FALSE(variables.find("NO_COLOR"));
  CHECK(variables.is_set("NO_COLORS"));
  CHECK_FALSE(variables.is_set("NO"));
}

TEST_CASE("the last of several values counts, and a child sees one", "[variables]") {
  const Variables variables({"A=1", "B=2", "A=3"});
  CHECK(variables.find("A") == "3");
  CHECK(variables.entries() == std::vector<std::string>{"A=3", "B=2"});
  CHECK(variables.with("B", "4").entries() == std::vector<std::string>{"A=3", "B=4"});
  CHECK(variables.with("C", "5").find("C") == "5");
}

TEST_CASE("the process's own variables", "[variables]") {
  ::setenv("KENCRYPT_TEST_VARIABLE", "here", 1);
  CHECK(Variables::of_process().find("KENCRYPT_TEST_VARIABLE") == "here");
}

}  // namespace
}  // namespace kencrypt
