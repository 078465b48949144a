#include <fmt/format.h>

#include "explain/study/circumstance.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

void AddSwap(const Case& the_case, std::vector<Statement>& statements) {
  const auto use = FindSwapUse(the_case);
  if (!use || !use->exhausted) return;
  statements.push_back(
      {.label = "swap",
       .text = fmt::format("used up as well: {} of the {} {}", ToText(use->used), ToText(use->of),
                           use->of_host ? "that the host has" : "that it may use"),
       .evidence = use->evidence});
}

void AddStart(const Case& the_case, std::vector<Statement>& statements) {
  const auto death = FindEarlyDeath(the_case);
  if (!death) return;
  const std::string after =
      death->lived ? fmt::format(", {} after the container was made", ToText(*death->lived)) : "";
  std::string text = death->of_runtime
                         ? "the runtime itself was killed, before it could start the program"
                         : "killed as it started, with hardly more memory than a runtime takes to "
                           "start a program";
  statements.push_back(
      {.label = "start", .text = std::move(text) + after, .evidence = death->evidence});
}

void AddHost(const Case& the_case, std::vector<Statement>& statements) {
  if (const auto bound = FindBound(the_case); bound && !bound->nodes.empty()) {
    statements.push_back({.label = "nodes",
                          .text = fmt::format("bound to memory node {} by {}", bound->nodes,
                                              bound->by_policy ? "a memory policy" : "its cpuset"),
                          .evidence = bound->evidence});
  }
  if (const auto swap = FindHostSwap(the_case)) {
    statements.push_back({.label = "swap",
                          .text = fmt::format("the host had {} of its {} of swap free",
                                              ToText(swap->free), ToText(swap->total)),
                          .evidence = swap->evidence});
  }
  if (const auto pieces = FindFragmented(the_case)) {
    statements.push_back(
        {.label = "pieces",
         .text =
             fmt::format("it wanted {} in one piece (order {}): none was free, while {} were in "
                         "smaller ones",
                         ToText(pieces->piece), pieces->order, ToText(pieces->in_smaller)),
         .evidence = pieces->evidence});
  }
  if (const auto aside = FindSetAside(the_case)) {
    statements.push_back(
        {.label = "huge",
         .text = fmt::format("{} of huge pages were set aside and free: nothing else may use them",
                             ToText(aside->free)),
         .evidence = aside->evidence});
  }
}

}  // namespace

std::vector<Statement> CircumstanceStatements(const Case& the_case) {
  std::vector<Statement> statements;
  AddStart(the_case, statements);
  AddSwap(the_case, statements);
  AddHost(the_case, statements);
  return statements;
}

}  // namespace headroom
