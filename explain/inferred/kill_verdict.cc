#include "explain/inferred/kill_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "evidence/oom_record.h"
#include "explain/inferred/cgroup_name.h"
#include "explain/inferred/words.h"
#include "explain/words/words.h"
#include "kernel/kmsg/record.h"

namespace headroom {
namespace {

constexpr std::string_view kLog = "kernel/oom.log";

/// An end noted later than this behind a kill need not be the kill's work.
constexpr std::chrono::seconds kAtOnce{10};

/// By what an engine puts around the id; empty: somebody else made that cgroup.
std::string EngineOfCgroup(std::string_view cgroup) {
  const std::string_view component = cgroup.substr(cgroup.rfind('/') + 1);
  for (const auto& [prefix, engine] :
       {std::pair{"docker-", "docker"}, std::pair{"libpod-", "podman"},
        std::pair{"cri-containerd-", "containerd"}, std::pair{"crio-", "cri-o"},
        std::pair{"crun-", "crun"}, std::pair{"runc-", "runc"}, std::pair{"lxc.payload.", "lxc"}}) {
    if (component.starts_with(prefix)) return engine;
  }
  return cgroup.find("/docker/") != std::string_view::npos ? "docker" : "";
}

/// crun makes one more cgroup below the scope, and puts the container there.
std::string OwnCgroup(const OomEvent& event, std::string cgroup) {
  const std::string inner = cgroup + "/container";
  for (const auto* memcg : {&event.task_memcg, &event.oom_memcg}) {
    if (!*memcg) continue;
    const bool below = **memcg == inner || (*memcg)->starts_with(inner + "/");
    return below && cgroup.ends_with(".scope") ? inner : cgroup;
  }
  return cgroup;
}

/// Memory and swap together are stated on v1 alone (mem_cgroup_print_oom_meminfo, mm/memcontrol.c).
bool IsOfV1(const OomEvent& event) { return event.swap_usage.has_value(); }

/// The swap beside the limit that was met; nullopt: not stated.
std::optional<Limit> SwapLimit(const OomEvent& event) {
  if (!IsOfV1(event)) return std::nullopt;
  // page_counter's largest, which is none, is more than the parser takes for a limit.
  if (!event.swap_limit) return Limit::Unlimited();
  return event.limit ? std::optional(Limit(*event.swap_limit - *event.limit)) : std::nullopt;
}

Enrolment ContainerOf(const InferredSources& sources, const KillsOf& kills, std::string_view id) {
  Enrolment container;
  container.id = id;
  container.engine = EngineOfCgroup(kills.cgroup);
  if (sources.engine) {
    container.engine = sources.engine->engine;
    container.name = sources.engine->name;
    container.image = sources.engine->image;
  }
  const OomEvent& event = kills.own.back()->event;
  container.cgroup.path = OwnCgroup(event, kills.cgroup);
  if (IsOfV1(event)) container.cgroup_version = CgroupVersion::kV1;
  const bool own = event.oom_memcg == kills.cgroup || event.oom_memcg == container.cgroup.path;
  if (own) container.cgroup.limits.swap_max = SwapLimit(event);
  container.own_cgroup = true;
  return container;
}

Evidence EvidenceOf(const InferredSources& sources, const KillsOf& kills, std::string_view id) {
  const OomEvent& event = kills.own.back()->event;
  Evidence evidence;
  evidence.kind = event.group_kill ? BundleKind::kGroupKill : BundleKind::kOomKill;
  evidence.container = ContainerOf(sources, kills, id);
  evidence.files[std::string(kLog)] = event.raw;
  return evidence;
}

/// The record that a line of `raw` is of, or goes on with.
std::optional<std::uint64_t> SequenceAt(std::string_view raw, std::size_t line) {
  std::optional<std::uint64_t> sequence;
  for (std::size_t i = 1; i <= line; ++i) {
    const auto content = TakeLine(raw);
    if (!content) break;
    if (const auto record = ParseKmsgRecord(*content)) sequence = record->sequence;
  }
  return sequence;
}

/// "kernel/oom.log:61" as the record that it is; empty for what is no line of the log.
std::string CitedRecord(const KillsOf& kills, std::string_view citation) {
  if (!citation.starts_with(kLog)) return "";
  const OomEvent& event = kills.own.back()->event;
  const std::size_t colon = citation.find(':');
  std::optional<std::uint64_t> sequence = event.first_sequence;
  if (colon != std::string_view::npos) {
    const auto line = ParseUint64(citation.substr(colon + 1));
    sequence = line ? SequenceAt(event.raw, *line) : std::nullopt;
  }
  return CiteRecord(kills.log->source, sequence.value_or(event.first_sequence));
}

/// Only what the kernel's log itself says: nothing else of a bundle is there.
void CiteTheLog(const KillsOf& kills, Verdict& verdict) {
  std::vector<Statement> kept;
  for (Statement& statement : verdict.statements) {
    statement.evidence = CitedRecord(kills, statement.evidence);
    if (!statement.evidence.empty()) kept.push_back(std::move(statement));
  }
  verdict.statements = std::move(kept);
  if (verdict.held) verdict.held->evidence = CitedRecord(kills, verdict.held->evidence);
}

/// Between the kill and the end; nullopt: one of the two is not known.
std::optional<std::chrono::nanoseconds> Lasted(const InferredSources& sources,
                                               const LogKill& kill) {
  if (!sources.engine || !sources.engine->finished || !kill.at) return std::nullopt;
  return std::max(*sources.engine->finished - *kill.at, std::chrono::nanoseconds(0));
}

/// It runs, and was started since: that it runs says nothing of the run that the kill was in.
bool WasStartedSince(const InferredSources& sources, const LogKill& kill) {
  return sources.engine && sources.engine->running.value_or(false) && sources.engine->started &&
         kill.at && *kill.at < *sources.engine->started;
}

std::string FateText(const InferredSources& sources, const LogKill& kill,
                     std::chrono::nanoseconds slack) {
  if (!sources.engine) return "";
  const EngineState& engine = *sources.engine;
  if (WasStartedSince(sources, kill)) {
    return fmt::format("; the container runs since {}", ToPersonalText(*engine.started));
  }
  if (engine.running.value_or(false)) return "; the container runs on";
  if (!engine.exit_code) return "";
  const auto lasted = Lasted(sources, kill);
  if (!lasted) return fmt::format("; the container ended with status {}", *engine.exit_code);
  const std::string when =
      *lasted <= kAtOnce + slack ? "right after" : fmt::format("{} later", ToText(*lasted));
  return fmt::format("; the container ended with status {} {}", *engine.exit_code, when);
}

std::string KilledText(const OomEvent& event) {
  const std::uint64_t victims = event.victims.size();
  if (victims != 1) return CountText(victims, "process", "processes");
  return ProcessText(event.victims.front().pid, event.victims.front().comm);
}

std::string WhereText(const InferredSources& sources, const Enrolment& container) {
  if (sources.engine) return "of " + WhoText(container);
  if (container.engine.empty()) {
    return fmt::format("in a cgroup of that name, {}", Shown(container.cgroup.path));
  }
  return fmt::format("of {}, which no engine here knows any more", WhoText(container));
}

std::string Headline(const InferredSources& sources, const KillsOf& kills,
                     const Enrolment& container) {
  const LogKill& kill = *kills.own.back();
  const bool rough = kills.log->slack > std::chrono::seconds(60);
  const std::string when =
      kill.at ? fmt::format("{}{}", rough ? ", about " : ", ", ToPersonalText(*kill.at)) : "";
  return fmt::format("the kernel's OOM killer killed {} {}{}{}", KilledText(kill.event),
                     WhereText(sources, container), when,
                     FateText(sources, kill, kills.log->slack));
}

/// A status that no killed init has: whoever was killed was another. One that came long after the
/// kill tells nothing of it.
Cause CauseWith(const InferredSources& sources, const KillsOf& kills, Cause cause) {
  if (!sources.engine || cause == Cause::kGroupKill || cause == Cause::kHostOom ||
      cause == Cause::kAncestorLimit) {
    return cause;
  }
  if (WasStartedSince(sources, *kills.own.back())) return cause;
  const EngineState& engine = *sources.engine;
  const bool lived = engine.running.value_or(false) || engine.exit_code.value_or(137) != 137;
  if (lived) return Cause::kChildKilled;
  const auto lasted = Lasted(sources, *kills.own.back());
  return lasted && *lasted > kAtOnce + kills.log->slack ? Cause::kUnknown : cause;
}

void AddOthers(const KillsOf& kills, Verdict& verdict) {
  if (kills.own.size() > 1) {
    const LogKill& first = *kills.own.front();
    verdict.statements.push_back(
        {.label = "others",
         .text = fmt::format("{} in it before this one{}",
                             CountText(kills.own.size() - 1, "OOM kill", "OOM kills"),
                             first.at ? ", the first " + ToPersonalText(*first.at) : ""),
         .evidence = CiteRecord(kills.log->source, first.event.victims.back().sequence)});
  }
  std::ranges::move(EarlierRunStatements(kills), std::back_inserter(verdict.statements));
}

}  // namespace

Verdict KillVerdict(const InferredSources& sources, const KillsOf& kills, std::string_view id) {
  const LogKill& kill = *kills.own.back();
  const Evidence evidence = EvidenceOf(sources, kills, id);
  Verdict verdict = Explain(evidence);
  CiteTheLog(kills, verdict);
  verdict.headline = Headline(sources, kills, evidence.container);
  verdict.confidence = Confidence::kInferred;
  verdict.cause = CauseWith(sources, kills, verdict.cause);
  verdict.killer = "kernel";
  verdict.killed_wall = kill.at;
  verdict.kills = kill.event.victims.size();
  AddOthers(kills, verdict);
  return verdict;
}

}  // namespace headroom
