#include "base/protobuf.h"

#include <catch2/catch.hpp>
#include <string>

namespace kencrypt {
namespace {

using Type = ProtobufField::Type;

std::string_view bytes(const char* text, std::size_t size) { return {text, size}; }
template <std::size_t N>
std::string_view raw(const char (&text)[N]) {
  return bytes(text, N - 1);
}

// "1=150 2:testing", or with "!" at its end if malformed.
std::string summary(std::string_view message) {
  std::string out;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    out += (out.empty() ? "" : " ") + std::to_string(field->number);
    out += field->type == Type::bytes ? ":" + std::string(field->bytes)
                                      : "=" + std::to_string(field->value);
  }
  return out + (reader.malformed() ? "!" : "");
}

TEST_CASE("fields of all types in order", "[protobuf]") {
  // The first two are the examples of protobuf.dev/programming-guides/encoding.
  CHECK(summary(raw("\x08\x96\x01")) == "1=150");
  CHECK(summary(raw("\x12\x07testing")) == "2:testing");
  CHECK(summary(raw("\x1d\x01\x02\x00\x00\x21\x03\x00\x00\x00\x00\x00\x00\x80")) ==
        "3=513 4=9223372036854775811");
  CHECK(summary(raw("\x0a\x00\x0a\x01x")) == "1: 1:x");
  CHECK(summary(raw("\xf8\xff\xff\xff\x0f\x01")) == "536870911=1");
  CHECK(summary("") == "");
}

TEST_CASE("varints", "[protobuf]") {
  const auto value = [](std::string_view text) { return take_varint(text); };
  CHECK(value(raw("\x00")) == 0U);
  CHECK(value(raw("\x80\x00")) == 0U);  // longer than need be, but valid
  CHECK(value(raw("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) == ~std::uint64_t{0});
  CHECK(value(raw("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")) == std::nullopt);
  CHECK(value(raw("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00")) == std::nullopt);
  CHECK(value(raw("\x80")) == std::nullopt);
  CHECK(value("") == std::nullopt);
  std::string_view two = raw("\x05\x80\x01");
  CHECK(take_varint(two) == 5U);
  CHECK(take_varint(two) == 128U);
  CHECK(two.empty());
  std::string_view unfinished = raw("\x80\x80");
  CHECK_FALSE(take_varint(unfinished));
  CHECK(unfinished.size() == 2);
}

TEST_CASE("what is no message ends with the first fault", "[protobuf]") {
  CHECK(summary(raw("\x08\x01\x12\x05test")) == "1=1!");
  CHECK(summary(raw("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) == "!");  // 2^64 - 1 bytes
  CHECK(summary(raw("\x08")) == "!");
  CHECK(summary(raw("\x0d\x01\x02\x03")) == "!");
  CHECK(summary(raw("\x09\x01\x02\x03\x04\x05\x06\x07")) == "!");
  CHECK(summary(raw("\x00\x01")) == "!");                  // field 0
  CHECK(summary(raw("\x80\x80\x80\x80\x10\x01")) == "!");  // field 2^29
  CHECK(summary(raw("\x0b\x0c")) == "!");                  // a group
  CHECK(summary(raw("\x0e\x01")) == "!");                  // type 6
  ProtobufReader reader(raw("\x0b\x08\x01"));
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.next());
  CHECK(reader.malformed());
}

TEST_CASE("a message that is cut anywhere is never read beyond its end", "[protobuf]") {
  const std::string whole(raw("\x08\x96\x01\x12\x07testing\x1d\x01\x02\x03\x04\x1a\x02\x08\x01"));
  CHECK(summary(whole) == "1=150 2:testing 3=67305985 3:\x08\x01");
  int sound = 0;
  for (std::size_t size = 0; size < whole.size(); ++size)
    if (!summary(std::string(whole, 0, size)).ends_with("!")) ++sound;
  CHECK(sound == 4);  // in front of each field
}

}  // namespace
}  // namespace kencrypt
