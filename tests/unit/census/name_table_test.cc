#include "census/name_table.h"

#include <catch2/catch.hpp>

namespace kencrypt::census {
namespace {

TEST_CASE("name table: sorted by namespace, then name, each once") {
  NameTable table;
  // The order of etcd's keys, where "a-b/" comes before "a/"; after a list that expired, names
  // twice.
  for (const kube::ObjectName& one : std::vector<kube::ObjectName>{{"a-b", "x"},
                                                                   {"a", "y"},
                                                                   {"a", "x"},
                                                                   {"a", "y"},
                                                                   {"a", "xx"},
                                                                   {"", "node"},
                                                                   {"a-b", "x"}})
    REQUIRE(table.add(one).has_value());
  table.sort();
  REQUIRE(table.size() == 5);
  CHECK(table.object(0) == kube::ObjectName{"", "node"});
  CHECK(table.object(1) == kube::ObjectName{"a", "x"});
  CHECK(table.object(2) == kube::ObjectName{"a", "xx"});
  CHECK(table.object(3) == kube::ObjectName{"a", "y"});
  CHECK(table.object(4) == kube::ObjectName{"a-b", "x"});
}

TEST_CASE("name table: ranges end with their namespace") {
  NameTable table;
  for (const kube::ObjectName& one :
       std::vector<kube::ObjectName>{{"a", "1"}, {"a", "2"}, {"b", "1"}, {"c", "1"}, {"c", "2"}})
    REQUIRE(table.add(one).has_value());
  table.sort();
  const NameRange all(table);
  CHECK(all.size() == 5);
  CHECK(all.count_namespaces() == 3);
  CHECK(all.first_namespace().size() == 2);
  const NameRange rest = all.without_first(2);
  CHECK(rest.first_namespace().size() == 1);
  CHECK(rest.object(1) == kube::ObjectName{"c", "1"});
  CHECK(rest.first(1).count_namespaces() == 1);
  CHECK(NameRange().empty());
}

TEST_CASE("name table: no more bytes than its limit") {
  NameTable table(10);
  REQUIRE(table.add({"a", "12345"}).has_value());
  REQUIRE(table.add({"b", "12345"}).has_value());
  const auto more = table.add({"b", "1"});
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error().kind == ErrorKind::too_large);
  CHECK(table.size() == 2);
}

}  // namespace
}  // namespace kencrypt::census
