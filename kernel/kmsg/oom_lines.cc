#include "kernel/kmsg/oom_lines.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/proc/kilobytes.h"

namespace headroom {
namespace {

/// TASK_COMM_LEN less its end mark.
constexpr std::size_t kMostCommBytes = 15;

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::string_view TakeDigits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

/// Bytes of a name, of which dmesg writes those that cannot be printed as \xNN.
std::size_t NameBytes(std::string_view name) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::size_t bytes = 0;
  for (; !name.empty(); ++bytes) {
    const bool escape = name.size() >= 4 && name.starts_with("\\x") &&
                        name.substr(2, 2).find_first_not_of(kHex) == std::string_view::npos;
    name.remove_prefix(escape ? 4 : 1);
  }
  return bytes;
}

/// Where the first `mark` stands in `text` before `end` with no more than a name in between; npos:
/// nowhere.
std::size_t FindBeforeName(std::string_view text, std::string_view mark, std::size_t end) {
  const std::size_t longest = mark.size() + 4 * kMostCommBytes;
  std::size_t at = text.find(mark, end > longest ? end - longest : 0);
  for (; at != std::string_view::npos && at + mark.size() <= end; at = text.find(mark, at + 1)) {
    const std::size_t name = at + mark.size();
    if (NameBytes(text.substr(name, end - name)) <= kMostCommBytes) return at;
  }
  return std::string_view::npos;
}

std::optional<int> ParseInt(std::string_view text) {
  const auto value = ParseInt64(text);
  if (!value || *value < std::numeric_limits<int>::min() ||
      *value > std::numeric_limits<int>::max()) {
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

/// Of a process there is: the kernel prints no 0 and no negative number, others may.
std::optional<int> ParsePid(std::string_view text) {
  const auto pid = ParseInt(text);
  return pid && *pid > 0 ? pid : std::nullopt;
}

/// Cuts off the message in front of "Kill" and "Killed".
OomScope TakeMessage(std::string_view& text) {
  if (TakePrefix(text, "Memory cgroup out of memory: ")) return OomScope::kMemcg;
  if (TakePrefix(text, "Out of memory: ")) return OomScope::kGlobal;
  // 2.6.32 and before say it like this.
  if (TakePrefix(text, "No available memory in cpuset: ")) return OomScope::kCpuset;
  if (TakePrefix(text, "No available memory (MPOL_BIND): ")) return OomScope::kMemoryPolicy;
  if (TakePrefix(text, "Out of memory (oom_kill_allocating_task): ")) return OomScope::kGlobal;
  return OomScope::kUnstated;
}

/// "12kB" of the figures.
std::optional<Bytes> ParseFigure(std::string_view text) {
  return TakeSuffix(text, "kB") ? KilobytesFromDigits(text) : std::nullopt;
}

void TakeFigure(std::string_view key, std::string_view value, OomVictim& victim) {
  if (key == "total-vm" || key == "vsz") victim.total_vm = ParseFigure(value);
  if (key == "anon-rss") victim.anon_rss = ParseFigure(value);
  if (key == "file-rss") victim.file_rss = ParseFigure(value);
  if (key == "shmem-rss") victim.shmem_rss = ParseFigure(value);
  if (key == "pgtables") victim.pgtables = ParseFigure(value);
  if (key == "UID") victim.uid = ParseUint64(value);
  if (key == "oom_score_adj") victim.oom_score_adj = ParseInt(value);
}

/// "total-vm:1kB, anon-rss:2kB, UID:0 pgtables:3kB": commas or none, by version.
void TakeFigures(std::string_view figures, OomVictim& victim) {
  for (std::string_view word : Words(figures)) {
    (void)TakeSuffix(word, ",");
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) continue;
    TakeFigure(word.substr(0, colon), word.substr(colon + 1), victim);
  }
}

/// "), UID 48, total-vm:" of Red Hat's 3.10: what stands behind the name there.
bool TakeCommAndUid(std::string_view text, OomVictim& victim) {
  constexpr std::string_view kUid = "), UID ";
  const std::size_t end = text.rfind(kUid);
  if (end == std::string_view::npos) return false;
  std::string_view rest = text.substr(end + kUid.size());
  const auto uid = ParseUint64(TakeDigits(rest));
  if (!uid || !TakePrefix(rest, ", ") || !rest.starts_with("total-vm:")) return false;
  victim.comm = text.substr(0, end);
  victim.uid = uid;
  TakeFigures(rest, victim);
  return true;
}

/// Splits "COMM) FIGURES" from the right, as COMM may hold anything but a NUL.
bool TakeCommAndFigures(std::string_view text, OomVictim& victim) {
  if (TakeCommAndUid(text, victim)) return true;
  for (const std::string_view mark : {") total-vm:", ") vsz:"}) {
    const std::size_t end = text.rfind(mark);
    if (end == std::string_view::npos) continue;
    victim.comm = text.substr(0, end);
    TakeFigures(text.substr(end + 1), victim);
    return true;
  }
  if (!TakeSuffix(text, ")")) return false;
  victim.comm = text;
  return true;
}

/// The two cgroups of "A<between>B". Both are paths that containers may have named, so `between`
/// can occur inside of them: the first place counts at which B is A or lies below it.
bool SplitPlaces(std::string_view text, std::string_view between, bool limit_first,
                 OomPlace& place) {
  const std::size_t first = text.find(between);
  if (first == std::string_view::npos) return false;
  std::size_t cut = first;
  for (std::size_t at = first; at != std::string_view::npos; at = text.find(between, at + 1)) {
    const std::string_view left = text.substr(0, at);
    const std::string_view right = text.substr(at + between.size());
    if (limit_first ? !IsSameOrBelow(right, left) : !IsSameOrBelow(left, right)) continue;
    cut = at;
    break;
  }
  const std::string_view left = text.substr(0, cut);
  const std::string_view right = text.substr(cut + between.size());
  place.oom_memcg = limit_first ? left : right;
  place.task_memcg = limit_first ? right : left;
  return true;
}

/// Cuts ",task=COMM,pid=N,uid=N" off; false when the line ends before that. COMM may itself hold
/// ",task=" or ",pid=", but is short, which tells its beginning from a cgroup's name.
bool TakeTask(std::string_view& text, OomVictim& victim) {
  constexpr std::string_view kTask = ",task=";
  const std::size_t uid = text.rfind(",uid=");
  if (uid == std::string_view::npos) return false;
  victim.uid = ParseUint64(text.substr(uid + 5));
  if (!victim.uid) return false;
  const std::string_view without_uid = text.substr(0, uid);
  const std::size_t pid = without_uid.rfind(",pid=");
  if (pid == std::string_view::npos) return false;
  const auto number = ParsePid(without_uid.substr(pid + 5));
  if (!number || *number < 0) return false;
  victim.pid = *number;
  const std::size_t task = FindBeforeName(text, kTask, pid);
  if (task == std::string_view::npos) return false;
  victim.comm = text.substr(task + kTask.size(), pid - task - kTask.size());
  text = text.substr(0, task);
  return true;
}

/// Behind "oom-kill:". The name of the cpuset in front of the paths is one component of a path:
/// it cannot hold a '/', so the first "oom_memcg=/" or "task_memcg=/" is the kernel's own.
OomPlace ParseSummary(std::string_view text) {
  OomPlace place;
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return place;
  place.constraint = text.substr(0, comma);
  OomVictim task;
  place.complete = TakeTask(text, task);
  if (!place.complete) return place;
  place.task = std::move(task);
  place.global = place.constraint != "CONSTRAINT_MEMCG";
  const std::string_view mark = place.global ? ",task_memcg=/" : ",oom_memcg=/";
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return place;
  const std::string_view paths = text.substr(at + mark.size() - 1);
  if (place.global) {
    place.task_memcg = paths;
  } else if (!SplitPlaces(paths, ",task_memcg=", true, place)) {
    place.oom_memcg = paths;
  }
  return place;
}

constexpr std::string_view kLimitOf = " killed as a result of limit of ";

/// Before Linux 5.0, where it came in one piece.
bool IsWholeTaskIn(std::string_view text) {
  return text.starts_with("Task in /") && text.find(kLimitOf) != std::string_view::npos;
}

/// Behind "Task in ".
OomPlace ParseTaskIn(std::string_view text) {
  OomPlace place;
  place.complete = true;
  if (!SplitPlaces(text, kLimitOf, false, place)) place.task_memcg = text;
  return place;
}

/// Sets what the column says; false for a word that is no number.
bool TakeColumn(std::string_view name, std::string_view word, OomTask& task) {
  const auto number = ParseInt64(word);
  if (!number) return false;
  task.numbers.push_back(*number);
  const auto natural = static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
  if (name == "uid") task.uid = natural;
  if (name == "total_vm") task.total_vm_pages = natural;
  if (name == "rss") task.rss_pages = natural;
  if (name == "tgid") task.tgid = ParseInt(word).value_or(0);
  if (name == "oom_score_adj") task.oom_score_adj = ParseInt(word).value_or(0);
  return true;
}

std::string_view TakeWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

std::optional<OomInvocation> ParseInvokedLine(std::string_view text) {
  constexpr std::string_view kMark = " invoked oom-killer: gfp_mask=";
  const std::size_t end = text.find(kMark);
  // A longer name is no process's: some other message quotes what a container wrote.
  if (end == std::string_view::npos || end > 4 * kMostCommBytes ||
      NameBytes(text.substr(0, end)) > kMostCommBytes) {
    return std::nullopt;
  }
  // "Tasks in /a", "Task in /a": short enough for a name, and the mark may stand in what a cgroup
  // is called. What the kernel says of who asked never goes on as those lines do.
  if (ParseGroupLine(text) || IsWholeTaskIn(text)) return std::nullopt;
  OomInvocation line{.comm = std::string(text.substr(0, end)), .gfp_mask = {}, .order = {}};
  text.remove_prefix(end + kMark.size());
  line.gfp_mask = text.substr(0, text.find(", "));
  constexpr std::string_view kOrder = "order=";
  const std::size_t order = text.find(kOrder);
  if (order == std::string_view::npos) return line;
  text.remove_prefix(order + kOrder.size());
  line.order = ParseInt(text.substr(0, text.find(',')));
  return line;
}

std::optional<int> ParseOrderPiece(std::string_view text) {
  if (!TakePrefix(text, "(null), ")) {
    const std::string_view nodes = text.substr(0, text.find_first_not_of("0123456789,-"));
    if (nodes.empty() || !nodes.ends_with(',')) return std::nullopt;
    text.remove_prefix(nodes.size());
  }
  text = Trimmed(text);
  if (!TakePrefix(text, "order=")) return std::nullopt;
  return ParseInt(text.substr(0, text.find(',')));
}

std::optional<std::string> ParseReleaseLine(std::string_view text) {
  if (!text.starts_with("CPU: ") && !text.starts_with("Pid: ")) return std::nullopt;
  // From the right, as the name of the process stands before it.
  const std::size_t tainted = text.rfind("ainted");
  if (tainted == std::string_view::npos) return std::nullopt;
  for (const std::string_view word : Words(text.substr(tainted + std::strlen("ainted")))) {
    // The flags of a tainted kernel are letters.
    if (word.front() >= '0' && word.front() <= '9') return std::string(word);
  }
  return std::nullopt;
}

std::optional<int> ParseInvokerPid(std::string_view text) {
  if (!TakePrefix(text, "CPU: ")) return std::nullopt;
  const auto words = Words(text.substr(0, text.find("Comm: ")));
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "PID:") continue;
    return ParsePid(words[i + 1]);
  }
  return std::nullopt;
}

std::optional<KilledLine> ParseKilledLine(std::string_view text) {
  KilledLine line;
  line.scope = TakeMessage(text);
  if (!TakePrefix(text, "Killed process ")) return std::nullopt;
  const auto pid = ParsePid(TakeDigits(text));
  if (!pid) return std::nullopt;
  line.victim.pid = *pid;
  if (TakePrefix(text, ", UID ")) {  // 2.6.32 of Red Hat
    line.victim.uid = ParseUint64(TakeDigits(text));
    if (!line.victim.uid || !TakePrefix(text, ",")) return std::nullopt;
  }
  if (!TakePrefix(text, " (")) return std::nullopt;
  if (!TakeCommAndFigures(text, line.victim)) return std::nullopt;
  return line;
}

std::optional<OomScope> ParseChosenLine(std::string_view text) {
  const OomScope scope = TakeMessage(text);
  if (scope == OomScope::kUnstated) return std::nullopt;
  if (text.starts_with("Kill process ") || text.starts_with("kill process ")) return scope;
  return std::nullopt;
}

std::optional<OomPlace> ParsePlaceLine(std::string_view text) {
  if (TakePrefix(text, "oom-kill:constraint=")) return ParseSummary(text);
  // A process may be called "Task in /a", and ask for memory.
  if (text.starts_with("Task in /") && ParseInvokedLine(text)) return std::nullopt;
  if (text.starts_with("Task in /") && TakePrefix(text, "Task in ")) return ParseTaskIn(text);
  if (TakePrefix(text, kLimitOf)) {
    OomPlace place;
    place.oom_memcg = text;
    place.complete = true;
    return place;
  }
  return std::nullopt;
}

std::optional<OomUsage> ParseUsageLine(std::string_view text, std::string_view what) {
  if (!TakePrefix(text, what) || !TakePrefix(text, ": usage ")) return std::nullopt;
  OomUsage line;
  line.usage = KilobytesFromDigits(TakeDigits(text));
  if (!line.usage || !TakePrefix(text, "kB, limit ")) return std::nullopt;
  const std::string_view limit = TakeDigits(text);
  if (limit.empty() || !text.starts_with("kB")) return std::nullopt;
  line.limit = KilobytesFromDigits(limit);  // "no limit" is 2^53 kB less one page
  if (TakePrefix(text, "kB, failcnt ")) line.failcnt = ParseUint64(TakeDigits(text));
  return line;
}

std::optional<std::vector<std::string>> ParseTaskHeader(std::string_view text) {
  if (!TakePrefix(text, "[ ")) return std::nullopt;
  const auto words = Words(text);
  constexpr std::size_t kMostColumns = 32;
  if (words.size() < 6 || words.size() > kMostColumns || words[0] != "pid" || words[1] != "]" ||
      words.back() != "name") {
    return std::nullopt;
  }
  const auto is_name = [](std::string_view word) {
    return word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
  };
  if (!std::all_of(words.begin() + 2, words.end(), is_name)) return std::nullopt;
  for (const std::string_view needed : {"uid", "tgid", "total_vm", "rss"}) {
    if (std::ranges::find(words, needed) == words.end()) return std::nullopt;
  }
  return std::vector<std::string>(words.begin() + 2, words.end());
}

std::optional<OomTask> ParseTaskRow(std::string_view text,
                                    const std::vector<std::string>& columns) {
  if (columns.empty() || !TakePrefix(text, "[")) return std::nullopt;
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const auto pid = ParsePid(Trimmed(text.substr(0, close)));
  if (!pid) return std::nullopt;
  OomTask task;
  task.pid = *pid;
  text.remove_prefix(close + 1);
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    if (!TakeColumn(columns[i], TakeWord(text), task)) return std::nullopt;
  }
  if (!TakePrefix(text, " ")) return std::nullopt;
  task.comm = text;  // whatever blanks it begins with are its own
  return task;
}

std::optional<std::string> ParseLimitedLine(std::string_view text) {
  if (TakePrefix(text, "Memory limit reached of cgroup ")) return std::string(text);
  if (!TakePrefix(text, "Memory cgroup stats for ")) return std::nullopt;
  const std::size_t figures = text.find(": cache:");
  if (figures != std::string_view::npos) return std::string(text.substr(0, figures));
  if (!TakeSuffix(text, ":")) return std::nullopt;
  return std::string(text);
}

std::optional<OomEnd> ParseEndLine(std::string_view text) {
  (void)TakeMessage(text);
  if (text == "Out of memory and no killable processes..." ||
      text == "System is deadlocked on memory") {
    return OomEnd::kNobodyToKill;
  }
  if (ParseSkippedLine(text)) return OomEnd::kAlreadyExiting;
  if (text.starts_with("Kernel panic - not syncing: Out of memory: ") ||
      text.starts_with("Kernel panic - not syncing: System is deadlocked on memory")) {
    return OomEnd::kPanic;
  }
  return std::nullopt;
}

bool IsHostPanic(std::string_view text) {
  return text == "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled";
}

std::optional<std::string> ParseGroupLine(std::string_view text) {
  if (!TakePrefix(text, "Tasks in ")) return std::nullopt;
  if (!TakeSuffix(text, " are going to be killed due to memory.oom.group set")) {
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<int> ParseSkippedLine(std::string_view text) {
  (void)TakeMessage(text);
  if (!TakePrefix(text, "OOM victim ")) return std::nullopt;
  const auto pid = ParsePid(TakeDigits(text));
  const bool skipped = text.ends_with(" is already exiting. Skip killing the task");
  return skipped ? pid : std::nullopt;
}

std::optional<int> ParseReapedLine(std::string_view text) {
  if (!TakePrefix(text, "oom_reaper: reaped process ")) return std::nullopt;
  return ParsePid(TakeDigits(text));
}

}  // namespace headroom
