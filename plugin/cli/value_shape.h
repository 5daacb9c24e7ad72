// What the value of a flag, or an argument of a command, may be: for shells that complete it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kencrypt::cli {

enum class Means {
  anything,  // free text: there is nothing to offer
  words,     // one of ValueShape::words
  file,      // or one of the words
  directory,
  context,  // names in the kubeconfig
  cluster,
  user,
  name_space,      // of the cluster
  resource_types,  // TYPE[,TYPE...], several beside each other
  objects,         // the same, or TYPE NAME..., or TYPE/NAME...
  encryption_key,  // "aescbc/key1": of the EncryptionConfiguration that --config names
};

struct Choice {
  Choice(const char* choice, const char* meaning = "") : word(choice), help(meaning) {}
  explicit Choice(std::string choice) : word(std::move(choice)) {}

  std::string word;
  std::string help;    // a few words; "": none needed
  bool alone = false;  // where several go together: not this one
};

struct ValueShape {
  Means means = Means::anything;
  std::vector<Choice> words{};
  bool several = false;                   // words may be joined by commas
  // Of the file's name, without the dot; empty: any. With Means::words: of the file behind the word; empty: there is none.
  std::vector<std::string> extensions{};
};

inline ValueShape means(Means kind) { return {.means = kind}; }
inline ValueShape one_of(std::vector<Choice> words) {
  return {.means = Means::words, .words = std::move(words)};
}
// One of `words`, and behind it a file with one of these extensions.
inline ValueShape one_of_then_file(std::vector<Choice> words, std::vector<std::string> extensions) {
  return {.means = Means::words, .words = std::move(words), .extensions = std::move(extensions)};
}
// Any of `words`, joined by commas, or one of `alone`.
inline ValueShape several_of(std::vector<Choice> words, std::vector<Choice> alone = {}) {
  for (Choice& one : alone) one.alone = true;
  alone.insert(alone.end(), words.begin(), words.end());
  return {.means = Means::words, .words = std::move(alone), .several = true};
}
// A file of any name, or with one of these extensions.
inline ValueShape file(std::vector<std::string> extensions = {}) {
  return {.means = Means::file, .extensions = std::move(extensions)};
}
// A file, or one of these words instead of one.
inline ValueShape file_or(std::vector<Choice> words) {
  return {.means = Means::file, .words = std::move(words)};
}

}  // namespace kencrypt::cli
