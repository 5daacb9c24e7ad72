#include "output/value.h"

#include <algorithm>
#include <cstdlib>

namespace kencrypt::output {
namespace {

// The alternative T of `data`, which may be null so far.
template <class T>
T& become(Value::Data& data) {
  if (std::holds_alternative<std::nullptr_t>(data)) data = T();
  if (!std::holds_alternative<T>(data)) std::abort();
  return std::get<T>(data);
}

bool same_member(const Member& a, const Member& b) {
  return a.name == b.name && a.value == b.value;
}

}  // namespace

Value Value::array(std::initializer_list<Value> elements) {
  Value value;
  value.data_ = Array(elements);
  return value;
}

Value Value::object(std::initializer_list<Member> members) {
  Value value;
  value.data_ = Object(members);
  return value;
}

void Value::push_back(Value element) { become<Array>(data_).push_back(std::move(element)); }

void Value::set(std::string_view name, Value value) {
  auto& members = become<Object>(data_);
  const auto found = std::ranges::find(members, name, &Member::name);
  if (found != members.end())
    found->value = std::move(value);
  else
    members.push_back({std::string(name), std::move(value)});
}

const Value* Value::find(std::string_view name) const {
  const auto* members = std::get_if<Object>(&data_);
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, name, &Member::name);
  return found == members->end() ? nullptr : &found->value;
}

bool operator==(const Value& a, const Value& b) {
  if (a.data_.index() != b.data_.index()) return false;
  if (const auto* members = std::get_if<Value::Object>(&a.data_))
    return std::ranges::equal(*members, std::get<Value::Object>(b.data_), same_member);
  if (const auto* elements = std::get_if<Value::Array>(&a.data_))
    return std::ranges::equal(*elements, std::get<Value::Array>(b.data_));
  if (const auto* text = std::get_if<std::string>(&a.data_))
    return *text == std::get<std::string>(b.data_);
  if (const auto* number = std::get_if<double>(&a.data_))
    return *number == std::get<double>(b.data_);
  if (const auto* integer = std::get_if<std::int64_t>(&a.data_))
    return *integer == std::get<std::int64_t>(b.data_);
  if (const auto* boolean = std::get_if<bool>(&a.data_)) return *boolean == std::get<bool>(b.data_);
  return true;
}

}  // namespace kencrypt::output
