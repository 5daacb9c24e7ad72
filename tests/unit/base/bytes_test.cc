#include "base/bytes.h"

#include <catch2/catch.hpp>

namespace kencrypt {
namespace {

TEST_CASE("bytes are read as Kubernetes quantities", "[base]") {
  CHECK(parse_bytes("0") == 0);
  CHECK(parse_bytes("2147483648") == 2147483648U);
  CHECK(parse_bytes("8Gi") == 8589934592U);
  CHECK(parse_bytes("8GiB") == 8589934592U);
  CHECK(parse_bytes("1.5Mi") == 1572864U);
  CHECK(parse_bytes("64k") == 64000U);
  CHECK(parse_bytes("2G") == 2000000000U);
  CHECK(parse_bytes("5B") == 5U);
}

TEST_CASE("what is no amount of bytes is refused", "[base]") {
  const auto text =
      GENERATE("", "Gi", "-1", "8 Gi", "8Gib", "8gi", "1e3", "nan", "inf", "9999999Ti", "8GiBB");
  CAPTURE(text);
  CHECK_FALSE(parse_bytes(text).has_value());
}

TEST_CASE("bytes are shown with one decimal", "[base]") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(1023) == "1023 B");
  CHECK(format_bytes(1024) == "1.0 KiB");
  CHECK(format_bytes((1U << 20) - 1) == "1.0 MiB");
  CHECK(format_bytes(2147483648U) == "2.0 GiB");
}

}  // namespace
}  // namespace kencrypt
