// The comparisons of a JSONPath filter, as k8s.io/client-go third_party/forked/golang/template
// makes them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "output/value.h"

namespace kencrypt::output::jsonpath {

// Whether `left OP right` holds, where `op` is one of == != < <= > >=. Errors: usage, in
// client-go's words, for another operator, for two kinds of values (an integer and a fraction are
// two, too), for what has no order, and for null, lists and objects.
Result<bool> compare(const Value& left, std::string_view op, const Value& right);

}  // namespace kencrypt::output::jsonpath
