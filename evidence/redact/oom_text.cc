#include "evidence/redact/oom_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "kernel/kmsg/oom_lines.h"
#include "kernel/kmsg/record.h"

namespace headroom {
namespace {

/// Gives the same name back where none is to be hidden.
class Names {
 public:
  explicit Names(Pseudonyms* names) : names_(names) {}
  [[nodiscard]] std::string Process(const std::string& comm) const {
    return names_ == nullptr ? comm : names_->Process(comm);
  }
  [[nodiscard]] std::string Cgroup(const std::string& path) const {
    return names_ == nullptr ? path : names_->Cgroup(path);
  }

 private:
  Pseudonyms* names_;
};

/// "anon 61440000", perhaps several lines of it in one record.
bool IsFigures(std::string_view text) {
  while (const auto line = TakeLine(text)) {
    const std::vector<std::string_view> words = Words(*line);
    if (words.size() != 2 || !ParseUint64(words[1])) return false;
    const bool plain = std::ranges::all_of(words[0], [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) return false;
  }
  return true;
}

bool IsKeptAsItIs(std::string_view text) {
  return ParseUsageLine(text) || ParseUsageLine(text, "memory+swap") ||
         text == "Tasks state (memory values in pages):" || IsFigures(text);
}

std::string PlaceText(const OomPlace& place, const Names& names) {
  const std::string task_memcg = names.Cgroup(place.task_memcg.value_or("/"));
  if (!place.constraint) {
    return fmt::format("Task in {} killed as a result of limit of {}", task_memcg,
                       names.Cgroup(place.oom_memcg.value_or("/")));
  }
  const std::string where =
      place.oom_memcg ? "oom_memcg=" + names.Cgroup(*place.oom_memcg) : "global_oom";
  std::string text =
      fmt::format("oom-kill:constraint={},nodemask=(null),cpuset=/,mems_allowed=0,{},task_memcg={}",
                  *place.constraint, where, task_memcg);
  if (place.task) {
    text += fmt::format(",task={},pid={},uid={}", names.Process(place.task->comm), place.task->pid,
                        place.task->uid.value_or(0));
  }
  return text;
}

/// What stands before the number, and behind the name: words and figures of the kernel.
std::string KilledText(std::string_view text, const KilledLine& line, const Names& names) {
  const std::size_t begin = text.find("Killed process ");
  const std::size_t figures = text.rfind(") total-vm:");
  return fmt::format("{}Killed process {} ({}){}", text.substr(0, begin), line.victim.pid,
                     names.Process(line.victim.comm),
                     figures == std::string_view::npos ? "" : text.substr(figures + 1));
}

/// nullopt: not to be given away.
std::optional<std::string> RedactedText(const std::string& text, const Names& names) {
  if (IsKeptAsItIs(text)) return text;
  if (const auto line = ParseInvokedLine(text)) {
    return names.Process(line->comm) + text.substr(line->comm.size());
  }
  if (const auto path = ParseLimitedLine(text)) {
    return fmt::format("Memory cgroup stats for {}:", names.Cgroup(*path));
  }
  if (const auto path = ParseGroupLine(text)) {
    return fmt::format("Tasks in {} are going to be killed due to memory.oom.group set",
                       names.Cgroup(*path));
  }
  if (const auto line = ParseKilledLine(text)) return KilledText(text, *line, names);
  const auto place = ParsePlaceLine(text);
  if (place && place->complete) return PlaceText(*place, names);
  return std::nullopt;
}

}  // namespace

std::string RedactedOomLog(std::string_view log, Pseudonyms* names) {
  std::string redacted;
  while (const auto line = TakeLine(log)) {
    const auto record = ParseKmsgRecord(*line);
    if (!record || !record->FromKernel()) continue;
    const auto text = RedactedText(record->text, Names(names));
    if (!text) continue;
    redacted += fmt::format("{},{},{},-;{}\n", record->priority, record->sequence,
                            record->since_boot.count(), EscapedForPeople(*text));
  }
  return redacted;
}

}  // namespace headroom
