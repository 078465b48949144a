#include <fmt/format.h>

#include <string>

#include "explain/html/section/page_content.h"
#include "explain/inputs/citation.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// What the word of summary.json means, for who does not know it yet.
std::string_view CauseMeaning(Cause cause) {
  switch (cause) {
    case Cause::kLimitAnon:
      return "memory of its processes filled its own limit";
    case Cause::kLimitShmem:
      return "shared memory (/dev/shm, memfd) filled its own limit";
    case Cause::kLimitFileDirty:
      return "file pages that had to be written first filled its own limit";
    case Cause::kLimitKernel:
      return "memory that the kernel held for it filled its own limit";
    case Cause::kAncestorLimit:
      return "the limit of a cgroup above it was met";
    case Cause::kHostOom:
      return "the host itself ran out of memory";
    case Cause::kGroupKill:
      return "all processes were killed together, as memory.oom.group asks for";
    case Cause::kChildKilled:
      return "a process of a container that lives on was killed";
    case Cause::kStartupOom:
      return "it was killed while it started";
    case Cause::kUserspaceKiller:
      return "a service that frees memory killed it";
    case Cause::kExternalSigkill:
      return "it was sent SIGKILL, not by the OOM killer";
    case Cause::kShmFull:
      return "its /dev/shm was full";
    case Cause::kThrottledStuck:
      return "it stood still at its limit, and nothing was killed";
    case Cause::kDenied:
      return "policy refused to start it";
    case Cause::kNotKilled:
      return "nothing was killed";
    case Cause::kUnknown:
      return "what was recorded does not say";
    default:
      return "";
  }
}

std::string_view ConfidenceMeaning(Confidence confidence) {
  switch (confidence) {
    case Confidence::kObserved:
      return "seen as it happened";
    case Confidence::kSubtree:
      return "counted together with others";
    case Confidence::kInferred:
      return "put together afterwards, or resting on an old snapshot";
  }
  return "";
}

/// The evidence of the first statement with that label; empty: there is none.
std::string_view EvidenceOfLabel(const PageContent& content, std::string_view label) {
  for (const Statement& statement : content.verdict.statements) {
    if (statement.label == label) return statement.evidence;
  }
  return "";
}

/// The statement that says what the cause is taken from; empty: none does alone.
std::string_view LabelOf(Cause cause) {
  switch (cause) {
    case Cause::kLimitAnon:
    case Cause::kLimitShmem:
    case Cause::kLimitFileDirty:
    case Cause::kLimitKernel:
      return "held by";
    case Cause::kAncestorLimit:
    case Cause::kHostOom:
      return "limit";
    case Cause::kGroupKill:
    case Cause::kChildKilled:
      return "victim";
    case Cause::kDenied:
      return "denied";
    default:
      return "";
  }
}

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

/// Where the record of the incident says so itself; else the age of what was caught decided.
std::string EvidenceOfConfidence(const PageContent& content) {
  const auto& incident = content.the_case.inputs.incident;
  if (incident && incident->confidence == ConfidenceName(content.verdict.confidence)) {
    return Cite(content.evidence, "incident.json", "\"confidence\": ");
  }
  return std::string(EvidenceOfLabel(content, "caught"));
}

bool IsOomKill(const Evidence& evidence) {
  return evidence.kind == BundleKind::kOomKill || evidence.kind == BundleKind::kGroupKill;
}

/// The kernel kills for other reasons than want of memory, too.
std::string KillerText(const PageContent& content) {
  const std::string& killer = content.verdict.killer;
  if (killer.empty()) return "not known";
  if (killer == "process") return "another process";
  if (killer != "kernel") return killer;
  return IsOomKill(content.evidence) ? "the kernel\u2019s OOM killer" : "the kernel";
}

void PutKiller(Markup& out, const PageContent& content) {
  std::string_view evidence = EvidenceOfLabel(content, "killer");
  if (evidence.empty() && !content.verdict.killer.empty() && IsOomKill(content.evidence)) {
    evidence = EvidenceOfLabel(content, "victim");
  }
  PutFact(out, content, "Killer", KillerText(content), "", evidence);
}

void PutVictim(Markup& out, const PageContent& content) {
  PutFact(out, content, "Victim", VictimText(content.verdict), VictimRemark(content.verdict),
          EvidenceOfLabel(content, "victim"));
}

/// Of an OOM kill all of it, also what is not known. Of another end only what there is: there may
/// have been no killer. A start that was refused has none of it.
void PutKill(Markup& out, const PageContent& content) {
  const Verdict& verdict = content.verdict;
  const bool oom = IsOomKill(content.evidence);
  if (oom || !verdict.killer.empty()) PutKiller(out, content);
  if (oom || verdict.limit) {
    PutFact(out, content, "Limit", LimitText(verdict), LevelText(verdict),
            EvidenceOfLabel(content, "limit"));
  }
  if (oom || verdict.victim_pid) PutVictim(out, content);
}

}  // namespace

void PutSummary(Markup& out, const PageContent& content) {
  const Verdict& verdict = content.verdict;
  out.Put({"<header>\n<p class=\"over\"><b>", Text(verdict.container),
           "</b><span>Headroom report</span></p>\n<h1>", Text(verdict.headline),
           "</h1>\n<dl class=\"facts\">\n"});
  PutFact(out, content, "Cause", std::string(CauseName(verdict.cause)), CauseMeaning(verdict.cause),
          EvidenceOfLabel(content, LabelOf(verdict.cause)));
  PutFact(out, content, "Confidence", std::string(ConfidenceName(verdict.confidence)),
          ConfidenceMeaning(verdict.confidence), EvidenceOfConfidence(content));
  PutKill(out, content);
  out.Put({"</dl>\n"});
  if (!verdict.advice.empty()) {
    out.Put({"<p class=\"jump\"><a href=\"#do\">What to do now</a></p>\n"});
  }
  out.Put({"</header>\n"});
}

}  // namespace headroom
