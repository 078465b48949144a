#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/top_said.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"

namespace headroom {
namespace {

constexpr const char* kLabel = "top said";
/// Figures that are nearer than this share of the limit confuse nobody.
constexpr double kConfusing = 0.1;
/// What is smaller does not explain the distance.
constexpr double kExplains = 0.02;

Bytes Distance(Bytes left, Bytes right) { return left > right ? left - right : right - left; }

/// Against the limit; against what is charged where there is none.
double ShareOfLimit(const Case& the_case, const TopSaid& said, Bytes part) {
  const auto limit = ComparedWith(the_case);
  return Share(part, limit && !limit->unlimited() ? limit->bytes() : said.charged);
}

/// "shared memory (60 MiB) counts"; empty: none is large enough to be named.
std::string OtherParts(const Case& the_case, const TopSaid& said) {
  std::array<std::pair<std::string_view, Bytes>, 3> parts = {
      {{"shared memory", said.shmem}, {"page cache", said.cache}, {"kernel memory", said.kernel}}};
  std::ranges::sort(parts, std::greater{}, &std::pair<std::string_view, Bytes>::second);
  std::vector<std::string> texts;
  for (const auto& [name, bytes] : parts) {
    if (ShareOfLimit(the_case, said, bytes) < kExplains) continue;
    texts.push_back(fmt::format("{} ({})", name, ToText(bytes)));
  }
  if (texts.empty()) return "";
  return fmt::format("{} {}", fmt::join(texts, " and "), texts.size() == 1 ? "counts" : "count");
}

std::string ProcessesText(const Case& the_case, const TopSaid& said) {
  const std::string sum = ToText(*said.in_processes);
  const std::string charged = ToText(said.charged);
  if (*said.in_processes > said.charged) {
    return fmt::format(
        "{} in all processes, more than the {} charged: a page that several map counts for each",
        sum, charged);
  }
  const std::string others = OtherParts(the_case, said);
  if (others.empty()) return fmt::format("{} in all processes, of {} charged", sum, charged);
  return fmt::format("{} in all processes, of {} charged: {} too, mapped or not", sum, charged,
                     others);
}

void AddProcesses(const Case& the_case, const TopSaid& said, std::vector<Statement>& statements) {
  if (!said.in_processes) return;
  const Bytes distance = Distance(*said.in_processes, said.charged);
  if (ShareOfLimit(the_case, said, distance) < kConfusing) return;
  statements.push_back(
      {.label = kLabel,
       .text = ProcessesText(the_case, said) + OldAgeText(SnapshotAge(the_case)),
       .evidence = Cite(the_case.evidence(), "before/processes.json", "\"processes\"")});
}

void AddEngine(const Case& the_case, const TopSaid& said, std::vector<Statement>& statements) {
  if (!said.engine) return;
  if (ShareOfLimit(the_case, said, said.inactive_cache) < kConfusing) return;
  statements.push_back(
      {.label = kLabel,
       .text =
           fmt::format("{} in `{}`, which leaves {} of inactive page cache out of the {} charged{}",
                       ToText(*said.engine), said.engine_tool, ToText(said.inactive_cache),
                       ToText(said.charged), OldAgeText(SnapshotAge(the_case))),
       .evidence = Cite(the_case.evidence(), "before/memory.stat", "inactive_file ")});
}

}  // namespace

std::vector<Statement> TopSaidStatements(const Case& the_case) {
  const auto said = FindTopSaid(the_case);
  if (!said) return {};
  std::vector<Statement> statements;
  AddProcesses(the_case, *said, statements);
  AddEngine(the_case, *said, statements);
  return statements;
}

}  // namespace headroom
