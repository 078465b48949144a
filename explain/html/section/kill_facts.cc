#include "explain/html/section/facts.h"

#include <fmt/format.h>

#include "explain/inputs/citation.h"
#include "explain/words/signal_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::string LimitText(const Verdict& verdict) {
  if (verdict.level == "host") return "none: the host ran out of memory";
  if (!verdict.limit) return "not known";
  return ToText(*verdict.limit);
}

std::string LevelText(const Verdict& verdict) {
  if (verdict.level.empty() || verdict.level == "host") return "";
  return "of " + verdict.level;
}

std::string VictimText(const Verdict& verdict) {
  if (!verdict.victim_pid) return "not known";
  const std::string name = verdict.victim_comm.empty() ? "" : " " + verdict.victim_comm;
  return fmt::format("pid {}{}", *verdict.victim_pid, name);
}

std::string VictimRemark(const Verdict& verdict) {
  std::string remark;
  if (verdict.victim_rss) remark = ToText(*verdict.victim_rss) + " resident";
  if (verdict.victim_is_init) remark += remark.empty() ? "its init" : ", its init";
  const std::uint64_t kills = verdict.kills.value_or(0);
  if (kills > 1) {
    remark += fmt::format("{}{} killed in all", remark.empty() ? "" : "; ",
                          CountText(kills, "process", "processes"));
  }
  return remark;
}

/// Texts of a verdict are escaped already.
std::string ProcessKillerText(const std::optional<KillerProcess>& killer) {
  if (!killer) return "another process";
  const std::string pid = killer->pid > 0 ? fmt::format("pid {}", killer->pid) : "";
  if (killer->comm.empty()) return pid.empty() ? "another process" : pid;
  return pid.empty() ? killer->comm : fmt::format("{} {}", pid, killer->comm);
}

/// Its program, where it runs, and whose hand it is.
std::string KillerRemark(const Verdict& verdict) {
  const auto& killer = verdict.killer_process;
  if (!killer) return "";
  std::string remark = killer->exe;
  const auto add = [&](std::string_view words, const std::string& name) {
    if (!name.empty()) remark += fmt::format("{}{} {}", remark.empty() ? "" : ", ", words, name);
  };
  add(killer->unit.empty() ? "in cgroup" : "in",
      killer->unit.empty() ? killer->cgroup : killer->unit);
  add("via", killer->via);
  if (!killer->via.empty()) remark += ", which is only a runtime\u2019s hand";
  return remark;
}

/// The kernel kills for other reasons than want of memory, too.
std::string KillerText(const PageContent& content) {
  const std::string& killer = content.verdict.killer;
  if (killer.empty()) return "not known";
  if (killer == "process") return ProcessKillerText(content.verdict.killer_process);
  if (killer != "kernel") return killer;
  return IsOomKill(content.evidence) ? "the kernel\u2019s OOM killer" : "the kernel";
}

void PutKiller(Markup& out, const PageContent& content) {
  std::string_view evidence = EvidenceOfLabel(content, "killer");
  if (evidence.empty() && !content.verdict.killer.empty() && IsOomKill(content.evidence)) {
    evidence = EvidenceOfLabel(content, "victim");
  }
  PutFact(out, content, "Killer", KillerText(content), KillerRemark(content.verdict), evidence);
}

void PutVictim(Markup& out, const PageContent& content) {
  PutFact(out, content, "Victim", VictimText(content.verdict), VictimRemark(content.verdict),
          EvidenceOfLabel(content, "victim"));
}

/// As a shell tells it, which engines do too, and what that is.
void PutExit(Markup& out, const PageContent& content) {
  const ExitStatus& exit = *content.verdict.exit;
  const std::string remark =
      exit.signal ? fmt::format("its init ended by {}", SignalName(*exit.signal))
                  : std::string("its init ended with that status; no signal ended it");
  PutFact(out, content, "Exit", std::to_string(exit.AsShellTells()), remark,
          Cite(content.evidence, "incident.json", "\"exit\""));
}

}  // namespace

void PutFact(Markup& out, const PageContent& content, Piece name, const std::string& value,
             std::string_view remark, std::string_view evidence) {
  out.Put({"<dt>", name, "</dt><dd>", Text(value)});
  if (!remark.empty()) out.Put({" <span class=\"quiet\">", Text(remark), "</span>"});
  if (!evidence.empty()) {
    out.Put({" "});
    PutCitation(out, content, evidence);
  }
  out.Put({"</dd>\n"});
}

/// The evidence of the first statement with that label; empty: there is none.
std::string_view EvidenceOfLabel(const PageContent& content, std::string_view label) {
  for (const Statement& statement : content.verdict.statements) {
    if (statement.label == label) return statement.evidence;
  }
  return "";
}

bool IsOomKill(const Evidence& evidence) {
  return evidence.kind == BundleKind::kOomKill || evidence.kind == BundleKind::kGroupKill;
}

void PutKillFacts(Markup& out, const PageContent& content) {
  const Verdict& verdict = content.verdict;
  const bool oom = IsOomKill(content.evidence);
  if (oom || !verdict.killer.empty()) PutKiller(out, content);
  if (oom || verdict.limit) {
    PutFact(out, content, "Limit", LimitText(verdict), LevelText(verdict),
            EvidenceOfLabel(content, "limit"));
  }
  if (oom || verdict.victim_pid) PutVictim(out, content);
  if (verdict.exit) PutExit(out, content);
}

}  // namespace headroom
