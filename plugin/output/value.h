// A document to be printed: what JSON can say, with members in the order in which they were added,
// so that output is stable and reads in the order its author chose.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kencrypt::output {

struct Member;

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;
  using Data = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  Value() = default;  // null
  // Implicit, so that documents can be written down as literals.
  explicit(false) Value(std::nullptr_t);
  explicit(false) Value(bool boolean);
  explicit(false) Value(double number);
  explicit(false) Value(std::string text);
  explicit(false) Value(std::string_view text);
  explicit(false) Value(const char* text);
  // Counts and codes; one beyond 2^63-1 is a mistake of the caller and comes out negative.
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) explicit(false) Value(T integer);

  static Value array(std::initializer_list<Value> elements = {});
  static Value object(std::initializer_list<Member> members = {});

  // Appends to an array; null becomes one first. Any other kind is a mistake and aborts.
  void push_back(Value element);
  // Sets a member of an object, in place if it is there, else at the end; null becomes an object
  // first. Any other kind is a mistake and aborts. Takes time in the number of members.
  void set(std::string_view name, Value value);
  // The member of an object; nullptr if there is none or this is no object. Valid until the next
  // change.
  const Value* find(std::string_view name) const;

  const Data& data() const { return data_; }
  friend bool operator==(const Value& a, const Value& b);

 private:
  Data data_;
};

struct Member {
  std::string name;
  Value value;
};

// Here and not in the class: what makes or destroys a Value has to know a Member.
inline Value::Value(std::nullptr_t) {}
inline Value::Value(bool boolean) : data_(boolean) {}
inline Value::Value(double number) : data_(number) {}
inline Value::Value(std::string text) : data_(std::move(text)) {}
inline Value::Value(std::string_view text) : data_(std::string(text)) {}
inline Value::Value(const char* text) : data_(std::string(text)) {}
template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value::Value(T integer)
    : data_(static_cast<std::int64_t>(integer)) {}

// Calls `visitor` with what the value holds, as std::visit does.
template <class Visitor>
decltype(auto) visit(Visitor&& visitor, const Value& value) {
  return std::visit(std::forward<Visitor>(visitor), value.data());
}

}  // namespace kencrypt::output
