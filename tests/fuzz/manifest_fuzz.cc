// Manifests of static Pods: what is patched can be read, is complete, and is not patched again; what was there before is
// still there, byte by byte.
#include "fuzz/input.h"
#include "manifest/patch.h"
#include "manifest/state.h"

namespace {

using namespace kencrypt;

// Only bytes were put in, but for words that are set to another value.
bool is_subsequence(std::string_view before, std::string_view after) {
  for (const char c : before) {
    const std::size_t at = after.find(c);
    if (at == std::string_view::npos) return false;
    after.remove_prefix(at + 1);
  }
  return true;
}

bool replaces_words(const manifest::State& state, bool reload) {
  return state.empty_config.has_value() || (reload && state.reload.has_value());
}

// A null that is written gives way to a list.
bool has_nulls(std::string_view text) {
  return text.find('~') != text.npos || text.find("ull") != text.npos || text.find("ULL") != text.npos;
}

void try_patch(std::string_view text, const manifest::Wish& wish) {
  const auto patched = manifest::patch(text, wish);
  const auto checked = manifest::check(text);
  if (!patched) {
    fuzz::require(!patched.error().message.empty());
    return;
  }
  fuzz::require(checked.has_value());  // what can be patched can be checked
  fuzz::require(patched->changed == (patched->text.view() != text));
  const auto after = manifest::check(patched->text.view());
  fuzz::require(after && after->complete && after->host_path == patched->config);
  const auto again = manifest::patch(patched->text.view(), wish);
  fuzz::require(again && !again->changed);
  const auto state = manifest::read_state(text);
  fuzz::require(state.has_value());
  if (!replaces_words(*state, wish.reload) && !has_nulls(text))
    fuzz::require(is_subsequence(text, patched->text.view()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (size % 2 == 0)
    try_patch(text, {});
  else
    try_patch(text, {.config = "/srv/enc.yaml", .config_given = true, .mount_path = "/enc", .reload = true});
  return 0;
}
