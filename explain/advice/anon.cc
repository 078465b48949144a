#include <fmt/format.h>

#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// The victim; of a container that lives, its largest process.
std::string WhoText(const Case& the_case) {
  const auto& processes = the_case.inputs.processes;
  std::string comm = the_case.victim.comm;
  if (the_case.alive && processes && !processes->processes.empty()) {
    comm = processes->processes.front().comm;
  }
  return comm.empty() ? "the process" : Shown(comm);
}

std::string FindText(const Case& the_case) {
  const auto growth = GrowthToGoBy(the_case);
  const std::string who = WhoText(the_case);
  if (growth && growth->shape == Shape::kSteady && !IsALeak(*growth)) {
    return fmt::format("Find what {} keeps; if that goes on growing, no limit is enough.", who);
  }
  if (growth && growth->shape == Shape::kSteady) {
    return fmt::format("Find what {} keeps: if it never stops growing, no limit is enough.", who);
  }
  if (growth && growth->shape == Shape::kBurst) {
    return fmt::format("Find what {} was given to do at that moment, and let it take less at once.",
                       who);
  }
  return fmt::format("Find what {} keeps.", who);
}

}  // namespace

Advice AboutAnon(const Case& the_case) {
  Advice advice{.now = RaiseLines(the_case), .cure = {FindText(the_case)}};
  Append(advice.now, SwapLines(the_case));
  Append(advice.cure, AboutRuntime(the_case));
  return advice;
}

}  // namespace headroom
