#include "output/jsonpath_evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "output/go_text.h"
#include "output/jsonpath_compare.h"
#include "output/jsonpath_slice.h"

namespace kencrypt::output::jsonpath {
namespace {

using Values = std::vector<const Value*>;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

bool is_null(const Value& value) { return std::holds_alternative<std::nullptr_t>(value.data()); }

class Evaluation {
 public:
  Evaluation(const Template& parts, Missing missing) : parts_(parts), missing_(missing) {}

  Result<Selection> run(const Value& document) {
    TRY(run_from({&document}, 0, true));
    return std::move(selection_);
  }

 private:
  // The parts from `first` to the {end} of the range they are in, or to the last. Without `keep`
  // nothing is selected, only the {end} looked for.
  Result<void> run_from(const Values& current, std::size_t first, bool keep) {
    for (std::size_t i = first; i < parts_.size(); ++i) {
      TRY_ASSIGN(Values found, follow(current, parts_[i]));
      if (ends_ > 0 && ends_ <= in_range_) {
        --ends_;
        last_end_ = i;
        return {};
      }
      if (begins_ == 0) {
        if (keep) selection_.parts.push_back(std::move(found));
        continue;
      }
      TRY(repeat(found, i + 1, keep));
      i = std::max(i, last_end_);
    }
    return {};
  }

  Result<void> repeat(const Values& found, std::size_t first, bool keep) {
    --begins_;
    if (++in_range_ > kMaxRanges) return wrong("ranges are nested too deeply");
    for (const Value* value : found) TRY(run_from({value}, first, keep));
    if (found.empty()) TRY(run_from({}, first, false));
    --in_range_;
    return {};
  }

  Result<Values> follow(Values current, const Path& path) {
    for (const Node& node : path) {
      TRY_ASSIGN(current,
                 std::visit([&](const auto& kind) { return step(current, kind); }, node.kind));
      TRY(count(current.size()));
    }
    TRY(count(1));
    return current;
  }

  Result<void> count(std::size_t more) {
    selected_ += more;
    if (selected_ <= kMaxSelected) return {};
    return fail(ErrorKind::too_large, fmt::format("it selects more than {} values", kMaxSelected));
  }

  // A text stands for itself once; a number or a truth value once a value.
  Result<Values> step(const Values& current, const Literal& literal) {
    if (std::holds_alternative<std::string>(literal.value.data())) return Values{&literal.value};
    return Values(current.size(), &literal.value);
  }

  Result<Values> step(const Values& current, const Field& field) {
    Values found;
    for (const Value* value : current)
      if (const Value* member = value->find(field.name)) found.push_back(member);
    if (found.empty() && !current.empty() && !missing_.allowed)
      return wrong(fmt::format("{} is not found", field.name));
    return found;
  }

  Result<Values> step(const Values& current, const Wildcard&) {
    Values found;
    for (const Value* value : current) append_children(*value, found);
    return found;
  }

  // Everything that has something in it, each before what is below it.
  Result<Values> step(const Values& current, const Descent&) {
    Values found;
    Values waiting(current.rbegin(), current.rend());
    while (!waiting.empty()) {
      const Value* value = waiting.back();
      waiting.pop_back();
      Values children;
      append_children(*value, children);
      if (children.empty()) continue;
      found.push_back(value);
      if (!std::holds_alternative<std::string>(value->data()))  // a character has nothing below it
        waiting.insert(waiting.end(), children.rbegin(), children.rend());
    }
    return found;
  }

  Result<Values> step(const Values& current, const Word& word) {
    if (word.name == "range") {
      ++begins_;
      return current;
    }
    if (word.name != "end") return wrong("unrecognized identifier " + word.name);
    if (in_range_ == 0) return wrong("not in range, nothing to end");
    ++ends_;
    return Values();
  }

  Result<Values> step(const Values& current, const Slice& slice) {
    Values found;
    for (const Value* value : current) {
      if (is_null(*value)) continue;
      const auto* array = std::get_if<Value::Array>(&value->data());
      if (array == nullptr) return wrong(fmt::format("{} is not array or slice", go_type(*value)));
      TRY_ASSIGN(const Values some, select(slice, *array));
      found.insert(found.end(), some.begin(), some.end());
    }
    return found;
  }

  Result<Values> step(const Values& current, const Union& all) {
    Values found;
    for (const Path& part : all.parts) {
      TRY_ASSIGN(const Values some, follow(current, part));
      found.insert(found.end(), some.begin(), some.end());
    }
    return found;
  }

  Result<Values> step(const Values& current, const Filter& filter) {
    Values found;
    for (const Value* value : current) {
      const auto* array = std::get_if<Value::Array>(&value->data());
      if (array == nullptr)
        return wrong(
            fmt::format("{} is not array or slice and cannot be filtered", go_type(*value)));
      for (const Value& element : *array) {
        TRY_ASSIGN(const bool passes, pass(element, filter));
        if (passes) found.push_back(&element);
      }
    }
    return found;
  }

  Result<bool> pass(const Value& element, const Filter& filter) {
    const Result<Values> left = follow({&element}, filter.left);
    if (filter.op.empty()) {
      if (!left && left.error().kind == ErrorKind::too_large) return std::unexpected(left.error());
      return left && !left->empty();
    }
    if (!left) return std::unexpected(left.error());
    TRY_ASSIGN(const Value* one, only(*left));
    if (one == nullptr) return false;
    TRY_ASSIGN(const Values right, follow({&element}, filter.right));
    TRY_ASSIGN(const Value* other, only(right));
    if (other == nullptr) return false;
    return compare(*one, filter.op, *other);
  }

  // nullptr if there is none.
  static Result<const Value*> only(const Values& values) {
    if (values.size() > 1) return wrong("can only compare one element at a time");
    return values.empty() ? nullptr : values.front();
  }

  void append_children(const Value& value, Values& found) {
    if (const auto* array = std::get_if<Value::Array>(&value.data()))
      for (const Value& element : *array) found.push_back(&element);
    if (const auto* members = std::get_if<Value::Object>(&value.data()))
      for (const Member& member : *members) found.push_back(&member.value);
    if (const auto* text = std::get_if<std::string>(&value.data()))
      for (const char c : *text) found.push_back(byte(static_cast<unsigned char>(c)));
  }

  const Value* byte(unsigned char c) {
    constexpr int kBytes = 256;
    auto& bytes = selection_.bytes;
    for (int i = static_cast<int>(bytes.size()); i < kBytes; ++i) {
      bytes.reserve(kBytes);
      bytes.emplace_back(i);
    }
    return &bytes[c];
  }

  const Template& parts_;
  Missing missing_;
  Selection selection_;
  std::size_t selected_ = 0;
  // Ranges that were begun or ended in the part just followed, and those that are under way.
  std::size_t begins_ = 0;
  std::size_t ends_ = 0;
  std::size_t in_range_ = 0;
  std::size_t last_end_ = 0;  // the part of the last {end}
};

}  // namespace

Result<Selection> evaluate(const Template& parts, const Value& document, Missing missing) {
  return Evaluation(parts, missing).run(document);
}

}  // namespace kencrypt::output::jsonpath
