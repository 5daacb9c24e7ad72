#include "rotation/machine.h"

namespace kencrypt::rotation {
namespace {

// Nothing is encrypted where no server has a file yet: there is nothing to agree on. Whether that is so has been looked at
// when the operation began.
bool starts_without_servers(const Journal& journal) { return journal.operation == Operation::enable; }

Step after_promotion(const Journal& journal, const Facts& facts) {
  if (!journal.rewritten) return Step::rewrite;
  if (!facts.proven) return Step::prove;
  if (journal.operation == Operation::enable) return Step::finish;
  return facts.archived ? Step::remove : Step::archive;
}

constexpr Stage kEnable[] = {{Version::start, Step::add},
                             {Version::added, Step::converge},
                             {Version::added, Step::promote},
                             {Version::promoted, Step::converge},
                             {Version::promoted, Step::rewrite},
                             {Version::promoted, Step::prove}};
constexpr Stage kRotate[] = {{Version::start, Step::converge},    {Version::start, Step::add},
                             {Version::added, Step::converge},    {Version::added, Step::promote},
                             {Version::promoted, Step::converge}, {Version::promoted, Step::rewrite},
                             {Version::promoted, Step::prove},    {Version::promoted, Step::archive},
                             {Version::promoted, Step::remove},   {Version::final, Step::converge}};

}  // namespace

Step next_step(const Journal& journal, const Facts& facts) {
  if (!facts.file) return Step::refuse;
  if (*facts.file == Version::start && starts_without_servers(journal)) return Step::add;
  if (!facts.converged) return Step::converge;
  switch (*facts.file) {
    case Version::start: return Step::add;
    case Version::added: return Step::promote;
    case Version::promoted: return after_promotion(journal, facts);
    case Version::final: return Step::finish;
  }
  return Step::refuse;
}

std::string_view describe(Step step) {
  switch (step) {
    case Step::refuse: return "the file was changed by somebody else";
    case Step::converge: return "every API server has to run the file as it is";
    case Step::add: return "what is to write is added, so that it reads";
    case Step::promote: return "it is made the one that writes";
    case Step::rewrite: return "everything is written anew";
    case Step::prove: return "the proof that nothing is stored as before";
    case Step::archive: return "the old keys are kept in an archive file";
    case Step::remove: return "the old keys are taken out of the file";
    case Step::finish: return "done";
  }
  return "";
}

std::span<const Stage> stages_of(Operation operation) {
  if (operation == Operation::enable) return kEnable;
  return kRotate;
}

}  // namespace kencrypt::rotation
