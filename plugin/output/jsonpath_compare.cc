#include "output/jsonpath_compare.h"

#include <fmt/format.h>

namespace kencrypt::output::jsonpath {
namespace {

constexpr std::string_view kNoOrder = "invalid type for comparison";

bool is_scalar(const Value& value) {
  const auto& data = value.data();
  return !std::holds_alternative<std::nullptr_t>(data) &&
         !std::holds_alternative<Value::Array>(data) &&
         !std::holds_alternative<Value::Object>(data);
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorKind::usage, std::string(why));
}

Result<void> check_kinds(const Value& left, const Value& right) {
  if (!is_scalar(left) || !is_scalar(right)) return refuse(kNoOrder);
  if (left.data().index() != right.data().index())
    return refuse("incompatible types for comparison");
  return {};
}

// Both of one kind that has an order.
bool is_less(const Value& left, const Value& right) {
  if (const auto* text = std::get_if<std::string>(&left.data()))
    return *text < std::get<std::string>(right.data());
  if (const auto* number = std::get_if<double>(&left.data()))
    return *number < std::get<double>(right.data());
  return std::get<std::int64_t>(left.data()) < std::get<std::int64_t>(right.data());
}

}  // namespace

Result<bool> compare(const Value& left, std::string_view op, const Value& right) {
  const bool equality = op == "==" || op == "!=";
  const bool order = op == "<" || op == "<=" || op == ">" || op == ">=";
  if (!equality && !order) return refuse(fmt::format("unrecognized filter operator {}", op));
  TRY(check_kinds(left, right));
  if (equality) return (left == right) == (op == "==");
  if (std::holds_alternative<bool>(left.data())) return refuse(kNoOrder);
  if (op == "<") return is_less(left, right);
  if (op == ">=") return !is_less(left, right);
  const bool at_most = is_less(left, right) || left == right;
  return at_most == (op == "<=");
}

}  // namespace kencrypt::output::jsonpath
