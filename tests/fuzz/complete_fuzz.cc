// Command lines to complete: a word a line, whatever somebody has typed.
#include "base/text.h"
#include "cli/common_flags.h"
#include "cli/global_flags.h"
#include "completion/complete.h"
#include "fuzz/input.h"

namespace {

using namespace kencrypt;

// Everybody has the same names.
class FixedSources final : public completion::Sources {
 public:
  std::vector<completion::Candidate> values(cli::Means, const completion::Line&) override {
    return some();
  }
  std::vector<completion::Candidate> names(std::string_view, const completion::Line&) override {
    return some();
  }
  bool is_type(std::string_view word, const completion::Line&) override {
    return word.ends_with('s');
  }

 private:
  static std::vector<completion::Candidate> some() {
    return {{"secrets"}, {"a"}, {"a-b"}, {"b,c"}};
  }
};

completion::Program make_program() {
  const cli::FlagTable globals = cli::global_flags();
  const cli::FlagTable own = {
      cli::yes_flag(),
      cli::dry_run_flag(),
      cli::output_flag("json, yaml"),
      {.name = "fail-on", .help = "h", .value = cli::several_of({"stale", "unknown"})},
      {.name = "report", .help = "h", .value = cli::file({"md"})}};
  return {{{"status", "s", globals, cli::means(cli::Means::resource_types)},
           {"rewrite", "r", cli::merge(own, globals), cli::means(cli::Means::objects)},
           {"completion", "c", globals, cli::one_of({"bash", "zsh"})}},
          globals};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words;
  for (const std::string_view word : split(fuzz::text_of(data, size), '\n'))
    words.emplace_back(word);
  FixedSources sources;
  const completion::Answer answer = completion::complete(make_program(), words, sources);
  if (answer.directive == completion::kExtensions) return 0;
  // A candidate goes on where the word stops, or where its value does.
  const std::string& last = words.back();
  const std::string_view value =
      std::string_view(last).substr(last.find('=') + 1);  // npos + 1 is 0
  for (const completion::Candidate& one : answer.candidates)
    fuzz::require(one.value.starts_with(last) ||
                  (last.starts_with('-') && one.value.starts_with(value)));
  return 0;
}
