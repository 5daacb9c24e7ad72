// Whether a key can have come from a random generator. What these say is what no random key is, but for a chance of
// less than one in a million.
#pragma once

#include <optional>
#include <string_view>

namespace kencrypt::config {

// Where a key has been printed, such as "the documentation of Kubernetes"; nullopt: not known.
std::optional<std::string_view> sample_name(std::string_view key);

// Why it is not random, as the end of a sentence that tells nothing of the key itself; nullopt: nothing seems wrong.
std::optional<std::string_view> weakness_of(std::string_view key);

}  // namespace kencrypt::config
