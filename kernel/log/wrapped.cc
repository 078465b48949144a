#include "kernel/log/wrapped.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/kmsg/oom_lines.h"

namespace headroom {
namespace {

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Where lines of a report begin that are looked at: none of them is the rest of another.
bool BeginsAnother(std::string_view text) {
  return ParseInvokedLine(text) || ParseKilledLine(text) || ParseChosenLine(text) ||
         ParsePlaceLine(text) || ParseUsageLine(text) || ParseTaskHeader(text) ||
         ParseGroupLine(text) || ParseReapedLine(text) || text.starts_with("CPU: ") ||
         text.starts_with("Call Trace");
}

/// A mail breaks between words: the text is some of the words of `whole`, not all.
bool IsStartOf(std::string_view text, std::string_view whole) {
  return !text.empty() && text.size() < whole.size() && whole.starts_with(text) &&
         whole[text.size()] == ' ';
}

bool BreaksInMessage(std::string_view text) {
  constexpr std::array<std::string_view, 3> kMessages = {
      "Memory cgroup out of memory: Killed process ", "Out of memory: Killed process ",
      "Memory cgroup out of memory: Kill process "};
  return std::ranges::any_of(kMessages, [&](std::string_view m) { return IsStartOf(text, m); });
}

/// How many figures a kill line states; 0 for any other line.
int FiguresIn(std::string_view text) {
  const auto line = ParseKilledLine(text);
  if (!line) return 0;
  const OomVictim& victim = line->victim;
  return 1 + victim.total_vm.has_value() + victim.anon_rss.has_value() +
         victim.file_rss.has_value() + victim.shmem_rss.has_value() + victim.pgtables.has_value() +
         victim.uid.has_value() + victim.oom_score_adj.has_value();
}

/// A kill, broken among its figures or inside one.
bool BreaksInFigures(std::string_view text, std::string_view next) {
  return ParseKilledLine(text) && FiguresIn(Rejoined(text, next)) > FiguresIn(text);
}

bool BreaksInPlace(std::string_view text) {
  if (text.starts_with("oom-kill:constraint=")) {
    const auto place = ParsePlaceLine(text);
    return place && !place->complete;
  }
  return text.starts_with("Task in /") && !Contains(text, " killed as a result of limit of /");
}

/// A row whose last word is a number has no name yet, or a name that is one.
bool BreaksInTable(std::string_view text) {
  if (!text.starts_with('[')) return false;
  const auto words = Words(text);
  if (text.starts_with("[ ") && Contains(text, "pid")) return words.back() != "name";
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return false;
  return ParseUint64(Trimmed(text.substr(1, close - 1))) && ParseInt64(words.back());
}

bool LacksItsEnd(std::string_view text) {
  if (BreaksInMessage(text) || BreaksInPlace(text) || BreaksInTable(text)) {
    return true;
  }
  if (ParseInvokedLine(text)) {
    return !Contains(text, "oom_score_adj=") && !Contains(text, "oom_adj=");
  }
  if (const auto usage = ParseUsageLine(text)) return !usage->failcnt;
  if (text.starts_with("CPU: ") || text.starts_with("Pid: ")) return !ParseReleaseLine(text);
  return text.starts_with("Tasks in /") && !ParseGroupLine(text);
}

}  // namespace

bool IsBroken(std::string_view text, std::string_view next) {
  if (next.empty()) return false;
  if (text.empty()) return true;  // a word that was too long for the line of its prefix
  if (!BeginsAnother(text) && BeginsAnother(Rejoined(text, next))) return true;
  if (BeginsAnother(next)) return false;
  return LacksItsEnd(text) || BreaksInFigures(text, next);
}

std::string Rejoined(std::string_view text, std::string_view next) {
  std::string hard = std::string(text) + std::string(next);
  const std::string soft = fmt::format("{} {}", text, next);
  // A terminal breaks words too: the one that says more is what was there.
  if (FiguresIn(hard) > FiguresIn(soft)) return hard;
  std::string whole(text);
  // "oom-kill:" has no blanks but those of a process's name, which comes behind ",task=".
  const bool without_blank =
      text.empty() || (text.starts_with("oom-kill:") && !Contains(text, ",task="));
  if (!without_blank) whole += ' ';
  whole += next;
  return whole;
}

}  // namespace headroom
