// Runs a fuzz target without libFuzzer: over every file of the directories named, and over changes
// of these that are always the same.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kChanges = 2000;  // of each file; a second or two under ASan

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

void change(std::string& input, std::mt19937& random) {
  if (input.empty()) return;
  const auto at = [&] { return random() % input.size(); };
  switch (random() % 16) {
    case 0:
      input.resize(at());
      break;
    case 1:
      input.insert(at(), 1 + random() % 8, static_cast<char>(random()));
      break;
    case 2:
    case 3:
    case 4:
      input.replace(at(), 1, 1, static_cast<char>(random() % 2 == 0 ? 0 : 0xff));
      break;
    case 5:
    case 6:
      input[at()] = static_cast<char>(random() % 20);  // small numbers are lengths, pages and flags
      break;
    default:
      input[at()] = static_cast<char>(input[at()] ^ (1 << random() % 8));
  }
}

std::size_t replay(const std::filesystem::path& directory) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(in), {}};
    std::mt19937 random(static_cast<std::uint32_t>(seed.size()));
    run(seed);
    for (int i = 0; i < kChanges; ++i) {
      std::string input = seed;
      for (std::uint32_t n = random() % 4 + 1; n > 0; --n) change(input, random);
      run(input);
    }
    ++files;
  }
  return files;
}

}  // namespace

int main(int count, char** words) {
  std::size_t files = 0;
  for (int i = 1; i < count; ++i) files += replay(words[i]);
  std::printf("%zu inputs and %d changes of each\n", files, kChanges);
  return files == 0 ? 1 : 0;
}
