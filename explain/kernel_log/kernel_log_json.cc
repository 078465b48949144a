#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "explain/kernel_log/kernel_log.h"

namespace headroom {
namespace {

void PutText(JsonWriter& out, std::string_view key, const std::optional<std::string>& text) {
  out.Key(key);
  if (text) {
    out.String(*text);
  } else {
    out.Null();
  }
}

template <typename T>
void PutNumber(JsonWriter& out, std::string_view key, const std::optional<T>& number) {
  out.Key(key);
  if (number) {
    out.Number(*number);
  } else {
    out.Null();
  }
}

void PutKilobytes(JsonWriter& out, std::string_view key, const std::optional<Bytes>& bytes) {
  PutNumber(out, key, bytes ? std::optional(bytes->value / 1024) : std::nullopt);
}

std::optional<std::string> ScopeName(OomScope scope) {
  switch (scope) {
    case OomScope::kMemcg:
      return "cgroup";
    case OomScope::kGlobal:
      return "global";
    case OomScope::kCpuset:
      return "cpuset";
    case OomScope::kMemoryPolicy:
      return "memory_policy";
    case OomScope::kUnstated:
      break;
  }
  return std::nullopt;
}

std::optional<std::string> IfStated(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void PutTask(JsonWriter& out, const OomTask& task, const std::vector<std::string>& columns) {
  out.BeginObject(JsonLayout::kLine);
  out.Key("pid");
  out.Number(task.pid);
  for (std::size_t i = 0; i < std::min(columns.size(), task.numbers.size()); ++i) {
    out.Key(columns[i]);
    out.Number(task.numbers[i]);
  }
  out.Key("name");
  out.String(task.comm);
  out.EndObject();
}

void PutVictim(JsonWriter& out, const OomVictim* victim) {
  out.Key("victim");
  if (victim == nullptr) return out.Null();
  out.BeginObject();
  out.Key("pid");
  out.Number(victim->pid);
  out.Key("comm");
  out.String(victim->comm);
  PutKilobytes(out, "total_vm_kb", victim->total_vm);
  PutKilobytes(out, "anon_rss_kb", victim->anon_rss);
  PutKilobytes(out, "file_rss_kb", victim->file_rss);
  PutKilobytes(out, "shmem_rss_kb", victim->shmem_rss);
  PutNumber(out, "oom_score_adj", victim->oom_score_adj);
  PutNumber(out, "uid", victim->uid);
  PutKilobytes(out, "pgtables_kb", victim->pgtables);
  out.EndObject();
}

void PutStat(JsonWriter& out, const std::optional<OomStat>& stat) {
  out.Key("stat");
  if (!stat) return out.Null();
  out.BeginObject();
  out.Key("memcg");
  out.String(stat->cgroup);
  PutKilobytes(out, "anon_kb", stat->anon);
  PutKilobytes(out, "file_kb", stat->file);
  PutKilobytes(out, "shmem_kb", stat->shmem);
  PutKilobytes(out, "dirty_kb", stat->dirty);
  PutKilobytes(out, "writeback_kb", stat->writeback);
  PutKilobytes(out, "kernel_kb", stat->kernel);
  out.EndObject();
}

/// Rows of tables that may still be written.
struct RowBudget {
  std::size_t left = kMostKernelLogRows;
  bool exceeded = false;  ///< some table was left out

  /// A whole table or nothing of it: how many of its rows.
  std::size_t Take(std::size_t rows) {
    exceeded = exceeded || rows > left;
    if (rows > left) return 0;
    left -= rows;
    return rows;
  }
};

/// A report as one of its victims has it; without one for `victim` nullptr.
void PutEvent(JsonWriter& out, const LoggedOom& logged, const OomVictim* victim,
              const std::string& stamp, RowBudget& budget) {
  const OomEvent& event = logged.event;
  out.BeginObject();
  out.Key("line");
  out.Number(victim == nullptr ? logged.line() : victim->sequence);
  PutText(out, "time", IfStated(stamp));
  PutText(out, "host", IfStated(logged.host));
  PutText(out, "scope", ScopeName(event.Scope()));
  PutText(out, "kernel", event.release);
  PutText(out, "invoker_comm", event.invoker_comm);
  PutNumber(out, "order", event.order);
  PutText(out, "gfp_mask", event.gfp_mask);
  PutText(out, "oom_memcg", event.oom_memcg);
  PutText(out, "task_memcg", event.task_memcg);
  PutKilobytes(out, "usage_kb", event.usage);
  PutKilobytes(out, "limit_kb", event.limit);
  PutNumber(out, "failcnt", event.failcnt);
  PutStat(out, event.stat);
  out.Key("group_kill");
  out.Bool(event.group_kill);
  PutVictim(out, victim);
  out.Key("kill_line_missing");
  out.Bool(logged.kill_line_missing);
  out.Key("tasks");
  out.BeginArray();
  // A group kill repeats its table for each victim, which an absurd log can make of any size.
  const std::size_t rows = budget.Take(event.tasks.size());
  for (std::size_t i = 0; i < rows; ++i) PutTask(out, event.tasks[i], event.task_columns);
  out.EndArray();
  out.EndObject();
}

/// A kill, and the report that it is of.
struct Kill {
  const LoggedOom* logged;
  std::size_t victim;

  [[nodiscard]] std::uint64_t line() const { return logged->event.victims[victim].sequence; }
};

/// Reports of several hosts may be interleaved, so those of one need not stand together.
std::vector<Kill> InOrder(const std::vector<LoggedOom>& reports) {
  std::vector<Kill> kills;
  for (const LoggedOom& logged : reports) {
    for (std::size_t i = 0; i < logged.event.victims.size(); ++i) kills.push_back({&logged, i});
  }
  std::ranges::stable_sort(kills, {}, &Kill::line);
  return kills;
}

}  // namespace

std::string KernelLogJson(const KernelLogReport& report) {
  RowBudget budget;
  JsonWriter out(JsonLayout::kIndented);
  out.BeginObject();
  out.Key("schema");
  out.String("headroom.kernel-log/1");
  out.Key("events");
  out.BeginArray();
  for (const Kill& kill : InOrder(report.kills)) {
    PutEvent(out, *kill.logged, &kill.logged->event.victims[kill.victim],
             kill.logged->stamps[kill.victim], budget);
  }
  out.EndArray();
  out.Key("incomplete");
  out.BeginArray();
  for (const LoggedOom& logged : report.incomplete)
    PutEvent(out, logged, nullptr, logged.stamps.front(), budget);
  out.EndArray();
  out.Key("truncated");
  out.Bool(report.truncated || budget.exceeded);
  out.Key("unrecognised_lines");
  out.Number(report.unrecognised);
  out.EndObject();
  return std::move(out).Finish();
}

}  // namespace headroom
