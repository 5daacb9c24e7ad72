#include "completion/complete.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

namespace kencrypt::completion {
namespace {

using cli::Means;
using Words = std::vector<std::string>;

// Answers from lists, and remembers who was asked under which flags.
class FakeSources final : public Sources {
 public:
  std::map<Means, Words> known = {
      {Means::context, {"prod", "test"}},
      {Means::cluster, {"c1"}},
      {Means::user, {"admin"}},
      {Means::name_space, {"default", "kube-system", "kube-public"}},
      {Means::resource_types, {"secrets", "configmaps", "widgets.example.com"}},
      {Means::encryption_key, {"aescbc/key1", "aescbc/key2"}}};
  Words objects = {"db", "db-old", "api"};
  Words asked;

  std::vector<Candidate> values(Means kind, const Line& line) override {
    asked.push_back(fmt::format("{} {}", line.command, line.flags.get_string("context")));
    return list(known[kind]);
  }
  std::vector<Candidate> names(std::string_view type, const Line&) override {
    asked.push_back(std::string(type));
    return list(objects);
  }
  bool is_type(std::string_view word, const Line&) override {
    const Words& types = known[Means::resource_types];
    return std::find(types.begin(), types.end(), word) != types.end();
  }

 private:
  static std::vector<Candidate> list(const Words& words) {
    std::vector<Candidate> candidates;
    for (const std::string& word : words) candidates.push_back({word});
    return candidates;
  }
};

cli::FlagTable globals() {
  return {{.name = "context",
           .help = "The context. Of the kubeconfig.",
           .value = cli::means(Means::context)},
          {.name = "namespace",
           .letter = 'n',
           .help = "The namespace",
           .value = cli::means(Means::name_space)},
          {.name = "as-group", .kind = cli::FlagKind::list, .help = "A group"},
          {.name = "token", .help = "A token"},
          {.name = "kubeconfig", .help = "A file", .value = cli::file()},
          {.name = "v", .letter = 'v', .kind = cli::FlagKind::integer, .help = "Verbosity"},
          {.name = "help",
           .letter = 'h',
           .kind = cli::FlagKind::boolean,
           .help = "Show help",
           .hidden = true}};
}

cli::FlagTable rewrite_flags() {
  return {{.name = "yes", .letter = 'y', .kind = cli::FlagKind::boolean, .help = "Do not ask"},
          {.name = "output",
           .letter = 'o',
           .help = "Format",
           .value = cli::one_of({"json", "yaml", "jsonl"})},
          {.name = "dry-run",
           .help = "Only try",
           .without_value = "unchanged",
           .value = cli::one_of({{"none", "really write"}, "client", "server"})},
          {.name = "fail-on",
           .help = "Kinds",
           .value = cli::several_of({"plaintext", "stale", "unknown"}, {"none"})},
          {.name = "level",
           .help = "Levels",
           .value = cli::several_of({{"a", "the first"}, {"b", "the second"}})},
          {.name = "report", .help = "A report", .value = cli::file({"json", "md"})},
          {.name = "wal", .help = "A log", .value = cli::means(Means::directory)},
          {.name = "checkpoint", .help = "Where", .value = cli::file_or({"auto", "none"})},
          {.name = "key", .help = "A key", .value = cli::means(Means::encryption_key)},
          {.name = "secret-knob", .help = "Nobody needs it", .hidden = true}};
}

struct World {
  World() {
    const cli::FlagTable shared = globals();
    program.globals = shared;
    program.commands = {
        {"status", "Show", shared, cli::means(Means::resource_types)},
        {"rewrite", "Write", cli::merge(rewrite_flags(), shared), cli::means(Means::objects)},
        {"completion", "Complete", shared, cli::one_of({{"bash", "for bash"}, "zsh"})},
        {"manifest", "Patch", shared, cli::one_of_then_file({"check", "patch"}, {"yaml", "json"})},
        {"version", "Tell", shared, {}}};
  }
  // "a b :4"
  std::string operator()(const Words& words) {
    const Answer answer = complete(program, words, sources);
    std::string text;
    for (const Candidate& one : answer.candidates) text += one.value + " ";
    return fmt::format("{}:{}", text, answer.directive);
  }

  Program program;
  FakeSources sources;
};

struct Row {
  Words words;
  std::string answer;
};

void check(World& world, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.words);
    CHECK(world(row.words) == row.answer);
  }
}

TEST_CASE("commands of a command are completed like those of the program", "[completion]") {
  World world;
  CommandShape config{"config", "Files", world.program.globals, {}};
  config.subcommands = {{"lint", "Check", cli::merge(rewrite_flags(), globals()), cli::one_of({"file"})},
                        {"show", "Show", globals(), {}}};
  world.program.commands.push_back(config);
  check(world, {{{"con"}, "config :4"},
                {{"config", ""}, "lint show :4"},
                {{"config", "-n", "x", "s"}, "show :4"},
                {{"config", "--context", ""}, "prod test :4"},
                {{"config", "--conte"}, "--context :4"},
                {{"config", "lint", ""}, "file :4"},
                {{"config", "lint", "--ke"}, world({"rewrite", "--ke"})},
                {{"config", "bogus", ""}, ":4"},
                {{"config", "--", ""}, ":4"},
                {{"config", "--help", ""}, ":4"}});
}

TEST_CASE("a command that runs by itself and has commands completes both", "[completion]") {
  World world;
  CommandShape rotate{"rotate", "Change the key", cli::merge(rewrite_flags(), globals()), {}};
  rotate.subcommands = {{"status", "Show", globals(), {}}};
  rotate.runs = true;
  world.program.commands.push_back(rotate);
  check(world, {{{"rotate", ""}, "status :4"},
                {{"rotate", "--conte"}, "--context :4"},
                {{"rotate", "--ke"}, world({"rewrite", "--ke"})},
                {{"rotate", "--context", "prod", "--ke"}, world({"rewrite", "--context", "prod", "--ke"})},
                {{"rotate", "status", "--conte"}, "--context :4"},
                {{"rotate", "status", "--ke"}, ":4"}});
}

TEST_CASE("the first word is a command", "[completion]") {
  World world;
  check(world, {{{}, "status rewrite completion manifest version :4"},
                {{""}, "status rewrite completion manifest version :4"},
                {{"s"}, "status :4"},
                {{"x"}, ":4"},
                {{"--context", "prod", "re"}, "rewrite :4"},
                {{"-n", "x", ""}, "status rewrite completion manifest version :4"},
                {{"--", "s"}, ":4"},
                {{"unknown", ""}, ":4"},
                {{"unknown", "--"}, ":4"}});
  const Answer answer = complete(world.program, Words{"sta"}, world.sources);
  REQUIRE(answer.candidates.size() == 1);
  CHECK(answer.candidates[0].description == "Show");
}

TEST_CASE("a word that begins with a dash is a flag", "[completion]") {
  World world;
  check(world, {{{"--"}, "--context --namespace --as-group --token --kubeconfig --v --help :4"},
                {{"status", "-"},
                 "--context -n --namespace --as-group --token --kubeconfig -v --v -h --help :4"},
                {{"status", "--na"}, "--namespace :4"},
                {{"rewrite", "--y"}, "--yes :4"},
                {{"rewrite", "-y"}, "-y :4"},
                // bare it means something else
                {{"rewrite", "--dry"}, "--dry-run=none --dry-run=client --dry-run=server :4"},
                {{"rewrite", "--secret"}, ":4"},  // hidden
                {{"rewrite", "secrets", "--rep"}, "--report :4"},
                {{"rewrite", "-x"}, ":4"},
                {{"rewrite", "--x"}, ":4"}});
  const Answer answer = complete(world.program, Words{"--cont"}, world.sources);
  REQUIRE(answer.candidates.size() == 1);
  CHECK(answer.candidates[0].description == "The context");
}

TEST_CASE("a flag that is given is not offered again, unless it takes several values",
          "[completion]") {
  World world;
  check(world, {{{"status", "-n", "x", "--na"}, ":4"},
                {{"status", "--namespace=x", "-n"}, ":4"},
                {{"status", "--as-group", "a", "--as"}, "--as-group :4"},
                {{"rewrite", "-y", "--y"}, ":4"}});
}

TEST_CASE("a flag's value is completed wherever pflag reads it", "[completion]") {
  World world;
  check(world, {{{"rewrite", "-o", ""}, "json yaml jsonl :4"},
                {{"rewrite", "-o", "j"}, "json jsonl :4"},
                {{"rewrite", "--output", "y"}, "yaml :4"},
                {{"rewrite", "--output=y"}, "yaml :4"},  // the value alone
                {{"rewrite", "-o=y"}, "yaml :4"},
                {{"rewrite", "-oy"}, "-oyaml :4"},
                {{"rewrite", "-yo", "y"}, "yaml :4"},
                {{"rewrite", "-yoy"}, "-yoyaml :4"},
                {{"rewrite", "-yo=y"}, "yaml :4"},
                {{"rewrite", "-x", "y"}, ":4"},
                {{"rewrite", "-o", "-"}, ":4"},  // a value, be it a strange one
                {{"rewrite", "--dry-run=c"}, "client :4"},
                {{"rewrite", "--dry_run=c"}, "client :4"},        // kubectl's other spelling
                {{"rewrite", "--dry-run", "sec"}, "secrets :4"},  // never takes the next word
                {{"rewrite", "--yes=f"}, "false :4"},
                {{"rewrite", "-y=t"}, "true :4"},
                {{"rewrite", "--yes", "sec"}, "secrets :4"},
                {{"--context", "p"}, "prod :4"},
                {{"status", "--token", ""}, ":4"},
                {{"status", "-v", ""}, ":4"},
                {{"status", "--output=x"}, ":4"}});  // no flag of status
}

TEST_CASE("words with commas", "[completion]") {
  World world;
  check(world, {{{"rewrite", "--fail-on", ""}, "none plaintext stale unknown :4"},
                {{"rewrite", "--fail-on", "plaintext,"}, "plaintext,stale plaintext,unknown :4"},
                {{"rewrite", "--fail-on=plaintext,st"}, "plaintext,stale :4"},
                {{"rewrite", "--fail-on=stale,plaintext,u"}, "stale,plaintext,unknown :4"}});
}

TEST_CASE("behind a comma there are no descriptions", "[completion]") {
  World world;
  const auto described = [&world](const Words& words) {
    const Answer answer = complete(world.program, words, world.sources);
    return !answer.candidates.empty() && !answer.candidates.front().description.empty();
  };
  CHECK(described({"rewrite", "--level", "a"}));
  CHECK_FALSE(described({"rewrite", "--level", "b,a"}));
  CHECK(described({"rewrite", "--level=a"}));
}

TEST_CASE("files where a file is wanted, and nowhere else", "[completion]") {
  World world;
  check(world, {{{"status", "--kubeconfig", ""}, ":0"},
                {{"status", "--kubeconfig=a"}, ":0"},
                {{"rewrite", "--report", "a"}, "json md :8"},
                {{"rewrite", "--wal", ""}, ":16"},
                {{"rewrite", "--checkpoint", ""}, "auto none :0"},
                {{"rewrite", "--checkpoint", "/tmp"}, ":0"},
                {{"version", ""}, ":4"},
                {{"manifest", "c"}, "check :4"},
                {{"manifest", "check", ""}, "yaml json :8"},
                {{"manifest", "check", "f", ""}, ":4"},
                {{"status", "--unknown-flag", ""}, ":4"}});
}

TEST_CASE("values that a source knows", "[completion]") {
  World world;
  check(world, {{{"status", "-n", "kube"}, "kube-system kube-public :4"},
                {{"status", "-nkube-s"}, "-nkube-system :4"},
                {{"status", "--namespace=d"}, "default :4"},
                {{"rewrite", "--key", "aescbc/key2"}, "aescbc/key2 :4"}});
  world.sources.asked.clear();
  CHECK(world({"--context", "prod", "status", "-n", ""}) == "default kube-system kube-public :4");
  CHECK(world.sources.asked == Words{"status prod"});  // of that context
}

TEST_CASE("types and names as target words", "[completion]") {
  World world;
  const std::string all = "secrets configmaps widgets.example.com ";
  check(world, {{{"status", ""}, all + ":4"},
                {{"status", "secrets", ""}, "configmaps widgets.example.com :4"},
                {{"status", "secrets,conf"}, "secrets,configmaps :4"},
                {{"status", "secrets,"}, "secrets,configmaps secrets,widgets.example.com :4"},
                {{"status", "secret/"}, ":4"},
                {{"rewrite", ""}, all + ":4"},
                {{"rewrite", "secrets,conf"}, "secrets,configmaps :4"},
                {{"rewrite", "secrets", ""}, "db db-old api :4"},
                {{"rewrite", "secrets", "d"}, "db db-old :4"},
                {{"rewrite", "secrets", "c"}, "configmaps :4"},
                {{"rewrite", "secrets", "db", "c"}, ":4"},
                {{"rewrite", "secrets", "db", ""}, "db-old api :4"},
                {{"rewrite", "secrets", "configmaps", ""}, "widgets.example.com :4"},
                {{"rewrite", "secrets,configmaps", ""}, "widgets.example.com :4"},
                {{"rewrite", "secrets", "configmaps,w"}, "configmaps,widgets.example.com :4"},
                {{"rewrite", "secret/"}, "secret/db secret/db-old secret/api :4"},
                {{"rewrite", "secret/db-"}, "secret/db-old :4"},
                {{"rewrite", "secret/db", "secret/d"}, "secret/db-old :4"},
                {{"rewrite", "secret/db", "co"}, "configmaps/ :6"},
                {{"rewrite", "secrets", "secret/d"}, ":4"},
                {{"rewrite", "-y", "--", "sec"}, "secrets :4"},
                {{"rewrite", "--", "-"}, ":4"}});
}

TEST_CASE("a command of fixed words takes one of them", "[completion]") {
  World world;
  check(world, {{{"completion", ""}, "bash zsh :4"},
                {{"completion", "b"}, "bash :4"},
                {{"completion", "bash", ""}, ":4"}});
}

TEST_CASE("behind what makes no sense there is nothing", "[completion]") {
  World world;
  check(world, {{{"status", "--nonsense", "x", "sec"}, ":4"},
                {{"status", "-v", "many", "sec"}, ":4"},
                {{"status", "---", "sec"}, ":4"},
                {{"status", "--help", "sec"}, ":4"}});
}

TEST_CASE("more than anybody looks through is not shown", "[completion]") {
  World world;
  world.sources.objects.assign(kMostCandidates, "");
  for (std::size_t i = 0; i < kMostCandidates; ++i)
    world.sources.objects[i] = fmt::format("n{:06}", i);
  CHECK(complete(world.program, Words{"rewrite", "secret/"}, world.sources).candidates.size() ==
        kMostCandidates);
  world.sources.objects.push_back("one-more");
  CHECK(complete(world.program, Words{"rewrite", "secret/"}, world.sources).candidates.empty());
  CHECK(complete(world.program, Words{"rewrite", "secret/one"}, world.sources).candidates.size() ==
        1);
}

}  // namespace
}  // namespace kencrypt::completion
