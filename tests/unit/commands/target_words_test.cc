#include "commands/target_words.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace kencrypt::commands {
namespace {

// "secrets[a b] configmaps[]", or the error.
std::string meaning(const std::vector<std::string>& words) {
  auto parsed = parse_target_words(words);
  if (!parsed) return parsed.error().message;
  const auto decided = decide(*std::move(parsed), [](std::string_view word) {
    return word == "configmaps" || word == "pods" || word == "widgets.example.com";
  });
  if (!decided) return decided.error().message;
  std::string text;
  for (const TypeAndNames& one : *decided)
    text += fmt::format("{}{}[{}]", text.empty() ? "" : " ", one.type, fmt::join(one.names, " "));
  return text;
}

using Words = std::vector<std::string>;

TEST_CASE("types, names and pairs", "[target_words]") {
  const auto [words, expected] = GENERATE(table<Words, std::string>({
      {Words{}, "secrets[]"},
      {Words{"cm"}, "cm[]"},
      {Words{"secrets", "a", "b"}, "secrets[a b]"},
      {Words{"secrets", "cm"}, "secrets[cm]"},
      {Words{"secrets", "configmaps"}, "secrets[] configmaps[]"},
      {Words{"secrets", "configmaps", "widgets.example.com", "pods"}, "secrets[] configmaps[] widgets.example.com[] pods[]"},
      {Words{"secrets,cm"}, "secrets[] cm[]"},
      {Words{"secrets,", "a"}, "secrets[a]"},
      {Words{"secrets,cm", "a", "b"}, "secrets[a b] cm[a b]"},
      {Words{"secrets,cm", "pods,deploy"}, "secrets[] cm[] pods[] deploy[]"},
      {Words{"secret/a", "cm/b", "secret/c"}, "secret[a] cm[b] secret[c]"},
  }));
  CHECK(meaning(words) == expected);
}

TEST_CASE("words that make no sense", "[target_words]") {
  const auto [words, expected] = GENERATE(table<Words, std::string>({
      {Words{"secret/a", "b"}, "there is no need to specify a resource type"},
      {Words{"secrets", "cm/b"}, "there is no need to specify a resource type"},
      {Words{"secret/"}, "must have a single resource and name"},
      {Words{"/a"}, "must have a single resource and name"},
      {Words{"secret,cm/a"}, "must have a single resource and name"},
      {Words{"pods/a/log"}, "may not have more than one slash"},
      {Words{","}, "a resource type or a name is empty"},
      {Words{"secrets", ""}, "a resource type or a name is empty"},
      {Words{"secrets", "a", "configmaps"}, "\"configmaps\" is a resource type and \"a\" is not: write TYPE,TYPE"},
  }));
  CHECK_THAT(meaning(words), Catch::Contains(expected));
}

TEST_CASE("the names of Secrets need no server", "[target_words]") {
  for (const auto* word : {"secrets", "secret", "Secret", "secrets.v1."}) CHECK(means_secrets(word));
  for (const auto* word : {"secretss", "secrets.apps", "secrets.v1.apps", ""}) CHECK_FALSE(means_secrets(word));
}

}  // namespace
}  // namespace kencrypt::commands
