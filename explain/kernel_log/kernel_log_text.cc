#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "explain/kernel_log/held_rows.h"
#include "explain/kernel_log/kernel_log.h"
#include "explain/print/rows.h"
#include "explain/study/spared.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::size_t kMostVictimsShown = 8;
constexpr std::size_t kMostTasksShown = 5;
constexpr Bytes kUsualPage = Kibibytes(4);

std::string LineText(std::uint64_t line) { return fmt::format("line {}", line); }

std::string LimitText(const OomEvent& event) {
  if (!event.oom_memcg) return "at the limit of a cgroup that the log does not name";
  const auto& limit = IsSwapLimit(event) ? event.swap_limit : event.limit;
  return fmt::format("at the limit of cgroup {}{}", Shown(*event.oom_memcg),
                     limit ? fmt::format(", {}{}", ToText(*limit),
                                         IsSwapLimit(event) ? " of memory and swap together" : "")
                           : "");
}

std::string HostText(const OomEvent& event) {
  if (IsByHand(event)) return "by hand (sysrq)";
  if (event.order && *event.order > 0) {
    return fmt::format("as the host had no {} free pages in a row",
                       1U << std::min(*event.order, 20));
  }
  return "as the host had no memory left";
}

std::string WhereText(const OomEvent& event) {
  switch (event.Scope()) {
    case OomScope::kMemcg:
      return LimitText(event);
    case OomScope::kGlobal:
      return HostText(event);
    case OomScope::kCpuset:
      return "as the memory nodes of its cpuset had none left";
    case OomScope::kMemoryPolicy:
      return "as the memory nodes of its policy (mbind) had none left";
    case OomScope::kUnstated:
      break;
  }
  if (IsByHand(event)) return HostText(event);
  return "for want of memory; which memory ran out the log does not say";
}

/// What came of a report without a victim.
std::string_view EndText(const OomEvent& event) {
  if (!event.end) return "whom it killed, if anybody, the log does not say";
  switch (*event.end) {
    case OomEnd::kNobodyToKill:
      return "it found nobody that it may kill";
    case OomEnd::kAlreadyExiting:
      return "whom it chose was exiting already";
    case OomEnd::kPanic:
      return "the kernel panicked, as it is set to";
  }
  return "";
}

std::string Headline(const LoggedOom& logged) {
  const OomEvent& event = logged.event;
  const auto& victims = event.victims;
  if (victims.empty()) {
    return fmt::format("The OOM killer was invoked {}; {}", WhereText(event), EndText(event));
  }
  if (logged.kill_line_missing) {
    return fmt::format("{} was chosen to be killed {}; the log ends before the kill",
                       ProcessText(victims[0].pid, victims[0].comm), WhereText(event));
  }
  if (victims.size() == 1) {
    return fmt::format("{} was killed {}", ProcessText(victims[0].pid, victims[0].comm),
                       WhereText(event));
  }
  return fmt::format("{} were killed together{} {}",
                     CountText(victims.size(), "process", "processes"),
                     event.group_kill ? " (memory.oom.group)" : "", WhereText(event));
}

std::string SizeText(const OomVictim& victim) {
  std::string text;
  const auto add = [&text](const char* name, const std::optional<Bytes>& size) {
    if (!size) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, ToText(*size));
  };
  add("anonymous", victim.anon_rss);
  add("file", victim.file_rss);
  add("shared", victim.shmem_rss);
  const auto rss = victim.Rss();
  if (rss) return fmt::format("{} resident ({})", ToText(*rss), text);
  return text.empty() ? "its size is not stated" : text;
}

/// Where the first thread of a process has ended before the others, the kernel kills and names by
/// one of those (find_lock_task_mm, mm/oom_kill.c): no process has its pid.
std::optional<int> ProcessOfThread(const OomVictim& victim, const OomEvent& event) {
  const auto row = std::ranges::find(event.tasks, victim.pid, &OomTask::pid);
  if (row == event.tasks.end() || row->tgid <= 0 || row->tgid == victim.pid) return std::nullopt;
  return row->tgid;
}

std::string VictimText(const OomVictim& victim, const OomEvent& event) {
  std::string text = fmt::format("{}: {}", ProcessText(victim.pid, victim.comm), SizeText(victim));
  if (victim.oom_score_adj) text += fmt::format(", oom_score_adj {}", *victim.oom_score_adj);
  if (victim.uid) text += fmt::format(", uid {}", *victim.uid);
  const auto process = ProcessOfThread(victim, event);
  if (process) text += fmt::format(", a thread of process {}", *process);
  return text;
}

void AddVictims(std::string& text, const OomEvent& event) {
  for (std::size_t i = 0; i < std::min(event.victims.size(), kMostVictimsShown); ++i) {
    const OomVictim& victim = event.victims[i];
    AddRow(text, i == 0 ? "victim" : "", VictimText(victim, event), kRowTextWidth,
           LineText(victim.sequence));
  }
  if (event.victims.size() <= kMostVictimsShown) return;
  AddRow(text, "", fmt::format("and {} more", event.victims.size() - kMostVictimsShown),
         kRowTextWidth, "");
}

void AddLimit(std::string& text, const OomEvent& event, const std::string& line) {
  std::string limit;
  if (IsSwapLimit(event)) {
    limit = fmt::format("{} of memory and swap in use of {}", ToText(*event.swap_usage),
                        ToText(*event.swap_limit));
  } else if (event.usage) {
    limit = fmt::format("{} in use", ToText(*event.usage));
    if (event.limit) limit += fmt::format(" of {}", ToText(*event.limit));
    if (event.failcnt) {
      limit += fmt::format(", reached {}", CountText(*event.failcnt, "time", "times"));
    }
  }
  if (!limit.empty()) AddRow(text, "limit", limit, kRowTextWidth, line);
  if (event.task_memcg && event.task_memcg != event.oom_memcg) {
    AddRow(text, event.victims.empty() ? "chosen in" : "killed in",
           fmt::format("cgroup {}", Shown(*event.task_memcg)), kRowTextWidth, line);
  }
}

void AddInvoker(std::string& text, const OomEvent& event, const std::string& line) {
  if (!event.invoker_comm) return;
  std::string asked = Shown(*event.invoker_comm);
  if (IsByHand(event)) {
    asked += ", by hand (sysrq)";
  } else if (event.order == 0) {
    asked += ", for a page";
  } else if (event.order) {
    asked += fmt::format(", for {} pages in a row", std::uint64_t{1} << std::min(*event.order, 20));
  }
  if (event.gfp_mask) asked += fmt::format(", {}", Shown(*event.gfp_mask));
  AddRow(text, "asked by", asked, kRowTextWidth, line);
}

void AddTasks(std::string& text, const OomEvent& event, const std::string& line) {
  if (event.tasks.empty()) return;
  const Bytes page = PageOfReport(event).value_or(kUsualPage);
  std::vector<const OomTask*> tasks;
  tasks.reserve(event.tasks.size());
  for (const OomTask& task : event.tasks) tasks.push_back(&task);
  const auto shown = static_cast<std::ptrdiff_t>(std::min(tasks.size(), kMostTasksShown));
  std::ranges::partial_sort(tasks, tasks.begin() + shown, std::ranges::greater{},
                            &OomTask::rss_pages);
  std::string largest;
  for (std::ptrdiff_t i = 0; i < shown; ++i) {
    const OomTask& task = *tasks[static_cast<std::size_t>(i)];
    largest += fmt::format("{}{} {}", i == 0 ? "" : ", ", ProcessText(task.pid, task.comm),
                           ToText(Bytes{task.rss_pages * page.value}));
  }
  AddRow(text, "largest",
         fmt::format("{}; {} in the table, {} a page", largest,
                     CountText(tasks.size(), "process", "processes"), ToText(page)),
         kRowTextWidth, line);
}

std::string Report(const LoggedOom& logged) {
  const OomEvent& event = logged.event;
  const std::string from = fmt::format("from line {}", logged.line());
  std::string text;
  AddHeadlineRow(text, Headline(logged), logged.stamps.empty() ? "" : Shown(logged.stamps.front()));
  AddVictims(text, event);
  AddLimit(text, event, from);
  AddHeld(text, event);
  AddInvoker(text, event, from);
  AddTasks(text, event, from);
  std::string where = logged.host.empty() ? "" : fmt::format("host {}", Shown(logged.host));
  if (event.release) {
    where += fmt::format("{}Linux {}", where.empty() ? "" : ", ", Shown(*event.release));
  }
  if (!where.empty()) AddRow(text, "on", where, kRowWholeWidth, "");
  return text;
}

std::string Summary(const KernelLogReport& report, std::string_view file) {
  std::uint64_t killed = 0;
  for (const LoggedOom& logged : report.kills) killed += logged.event.victims.size();
  std::string text = fmt::format(
      "{}: {}, {}", Shown(file), CountText(report.lines, "line", "lines"),
      killed == 0 ? "no OOM kill"
                  : fmt::format("{} killed in {}", CountText(killed, "process", "processes"),
                                CountText(report.kills.size(), "OOM report", "OOM reports")));
  if (!report.incomplete.empty()) {
    text += fmt::format(", {} without a victim",
                        CountText(report.incomplete.size(), "report", "reports"));
  }
  if (report.unrecognised > 0) {
    text += fmt::format(
        "; {} of a kill, but not as the kernel's in a form that is known here (first: line {})",
        CountText(report.unrecognised, "line speaks", "lines speak"), report.first_unrecognised);
  }
  if (report.truncated) text += "; there is more than is kept here";
  return text;
}

}  // namespace

std::string KernelLogText(const KernelLogReport& report, std::string_view file) {
  std::string text;
  AddHeadlineRow(text, Summary(report, file), "");
  for (const LoggedOom& logged : report.kills) text += "\n" + Report(logged);
  for (const LoggedOom& logged : report.incomplete) text += "\n" + Report(logged);
  return text;
}

}  // namespace headroom
