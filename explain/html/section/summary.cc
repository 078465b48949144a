#include <string>

#include "explain/html/section/facts.h"
#include "explain/inputs/citation.h"

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
      return "a process of the container was killed, and not its init";
    case Cause::kStartupOom:
      return "it was killed while it started";
    case Cause::kUserspaceKiller:
      return "a service that frees memory killed it";
    case Cause::kExternalSigkill:
      return "it was sent SIGKILL, not by the OOM killer";
    case Cause::kEvicted:
      return "the kubelet evicted its pod";
    case Cause::kShmFull:
      return "/dev/shm was full";
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
    case Cause::kUserspaceKiller:
    case Cause::kExternalSigkill:
    case Cause::kNotKilled:
      return "killer";
    case Cause::kEvicted:
      return "evicted";
    case Cause::kShmFull:
      return "shm";
    default:
      return "";
  }
}

/// No word of summary.json is of that, and yet what was recorded does say.
bool IsByHandAlone(const PageContent& content) {
  return content.verdict.cause == Cause::kUnknown &&
         content.the_case.level.kind == LevelKind::kByHand;
}

/// Where the record of the incident says so itself; else the age of what was caught decided.
std::string EvidenceOfConfidence(const PageContent& content) {
  const auto& incident = content.the_case.inputs.incident;
  if (incident && incident->confidence == ConfidenceName(content.verdict.confidence)) {
    return Cite(content.evidence, "incident.json", "\"confidence\": ");
  }
  return std::string(EvidenceOfLabel(content, "caught"));
}

}  // namespace

void PutSummary(Markup& out, const PageContent& content) {
  const Verdict& verdict = content.verdict;
  out.Put({"<header>\n<p class=\"over\"><b>", Text(verdict.container),
           "</b><span>Headroom report</span></p>\n<h1>", Text(verdict.headline),
           "</h1>\n<dl class=\"facts\">\n"});
  const bool by_hand = IsByHandAlone(content);
  PutFact(out, content, "Cause", std::string(CauseName(verdict.cause)),
          by_hand ? "somebody invoked the OOM killer by hand" : CauseMeaning(verdict.cause),
          EvidenceOfLabel(content, by_hand ? "limit" : LabelOf(verdict.cause)));
  PutFact(out, content, "Confidence", std::string(ConfidenceName(verdict.confidence)),
          ConfidenceMeaning(verdict.confidence), EvidenceOfConfidence(content));
  PutKillFacts(out, content);
  out.Put({"</dl>\n"});
  if (!verdict.advice.empty()) {
    out.Put({"<p class=\"jump\"><a href=\"#do\">What to do now</a></p>\n"});
  }
  out.Put({"</header>\n"});
}

}  // namespace headroom
