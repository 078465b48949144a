#include "explain/study/level.h"

#include <fmt/format.h>

#include <algorithm>

#include "explain/inputs/citation.h"

namespace headroom {
namespace {

constexpr const char* kIncident = "incident.json";

/// crun puts a container into a cgroup of its own right below the systemd scope that carries the
/// container's id, and gives both the same limit. The kernel counts the upper one; it is the
/// container's all the same.
bool IsOwnScope(const Inputs& inputs, const std::string& path) {
  const std::string& own = inputs.path();
  const bool right_above =
      own.size() > path.size() && own.starts_with(path) && own.rfind('/') == path.size();
  const std::string& id = inputs.evidence.container.id;
  return right_above && !id.empty() && path.ends_with("-" + id + ".scope");
}

LevelKind KindOf(const Inputs& inputs, const std::string& path) {
  if (path == inputs.path() || IsOwnScope(inputs, path)) return LevelKind::kOwn;
  if (IsSameOrBelow(path, inputs.path())) return LevelKind::kDescendant;
  if (IsSameOrBelow(inputs.path(), path)) return LevelKind::kAncestor;
  return LevelKind::kUnknown;
}

const IncidentLevel* FindRecorded(const Inputs& inputs, const std::string& path) {
  if (!inputs.incident) return nullptr;
  const auto& levels = inputs.incident->levels;
  const auto found = std::find_if(levels.begin(), levels.end(),
                                  [&](const IncidentLevel& level) { return level.path == path; });
  return found == levels.end() ? nullptr : &*found;
}

/// "cgroup/ancestors/00-web.slice/memory.max", of the ancestor with that path.
std::string AncestorFile(const Inputs& inputs, const std::string& path) {
  const auto paths = AncestorPaths(inputs.path());
  const auto found = std::find(paths.begin(), paths.end(), path);
  if (found == paths.end()) return "";
  const std::string prefix =
      fmt::format("cgroup/ancestors/{:02}-", std::distance(paths.begin(), found));
  const auto file = inputs.evidence.files.lower_bound(prefix);
  if (file == inputs.evidence.files.end() || !file->first.starts_with(prefix)) return "";
  return file->first.substr(0, file->first.find('/', prefix.size())) + "/memory.max";
}

std::string LimitFile(const Inputs& inputs, const LimitLevel& level) {
  return RecordedName(inputs.evidence, level.path == inputs.path()
                                           ? "cgroup/memory.max"
                                           : AncestorFile(inputs, level.path));
}

const CgroupBaseline* EnrolledBaseline(const Inputs& inputs, const std::string& path) {
  const Enrolment& container = inputs.evidence.container;
  if (container.cgroup.path == path) return &container.cgroup;
  for (const CgroupBaseline& ancestor : container.ancestors) {
    if (ancestor.path == path) return &ancestor;
  }
  return nullptr;
}

/// A line of that report; `in_log` and `in_json` as it reads in the one file or the other.
std::string CiteReport(const Inputs& inputs, const OomEvent& event, std::string_view in_log,
                       std::string_view in_json) {
  return inputs.oom_file == "kernel/oom.log"
             ? CiteInLog(inputs.evidence, event.first_sequence, in_log)
             : Cite(inputs.evidence, inputs.oom_file, in_json);
}

/// Where both were met, and there is swap between them, it is that of both together: at memory's
/// alone the kernel would have swapped (mm/memcontrol.c, try_charge_memcg, charges both first).
/// What is charged in batches is given back before it is printed, so that a little of it is left.
bool MetWithSwap(const OomEvent& event) {
  constexpr double kAsGoodAsNone = 0.03;
  if (IsSwapLimit(event)) return true;
  if (!event.swap_usage || !event.swap_limit || !event.limit) return false;
  const Bytes between = *event.swap_limit - *event.limit;
  const Bytes left = *event.swap_limit - *event.swap_usage;
  return between.value > 0 && Share(left, between) <= kAsGoodAsNone;
}

/// How large the limit was: as the kernel said when it was met, as it was read last, as it was
/// recorded with the counters, as it was when the container started.
void FindSize(const Inputs& inputs, const OomEvent* event, LimitLevel& level) {
  if (event != nullptr && event->oom_memcg == level.path && MetWithSwap(*event)) {
    level.with_swap = true;
    level.limit = Limit(*event->swap_limit);
    level.limit_evidence = CiteReport(inputs, *event, "memory+swap: usage", "swap_limit");
    return;
  }
  if (event != nullptr && event->limit && event->oom_memcg == level.path) {
    level.limit = Limit(*event->limit);
    level.limit_evidence = CiteReport(inputs, *event, "memory: usage", "limit");
    return;
  }
  const std::string file = LimitFile(inputs, level);
  if (const auto limit = LimitInFile(inputs.evidence, file)) {
    level.limit = limit;
    level.limit_evidence = CiteFile(inputs.evidence, file);
    return;
  }
  const IncidentLevel* recorded = FindRecorded(inputs, level.path);
  if (recorded != nullptr && recorded->memory_max) {
    level.limit = recorded->memory_max;
    level.limit_evidence = Cite(inputs.evidence, kIncident, JsonMember("path", level.path));
    return;
  }
  const CgroupBaseline* enrolled = EnrolledBaseline(inputs, level.path);
  if (enrolled != nullptr && enrolled->limits.max) {
    level.limit = enrolled->limits.max;
    level.limit_evidence = Cite(inputs.evidence, "container.json", JsonMember("path", level.path));
  }
}

std::optional<LimitLevel> LevelOfReport(const Inputs& inputs, const OomEvent* event) {
  if (event == nullptr) return std::nullopt;
  LimitLevel level;
  if (event->oom_memcg) {
    level.kind = KindOf(inputs, *event->oom_memcg);
    level.path = *event->oom_memcg;
    level.evidence = CiteReport(inputs, *event, fmt::format("oom_memcg={},", level.path),
                                JsonMember("oom_memcg", level.path));
  } else if (IsByHand(*event)) {
    level.kind = LevelKind::kByHand;
    level.evidence = CiteReport(inputs, *event, "invoked oom-killer", "\"order\"");
  } else if (event->global) {
    level.kind = LevelKind::kHost;
    level.some_nodes =
        event->constraint == "CONSTRAINT_CPUSET" || event->constraint == "CONSTRAINT_MEMORY_POLICY";
    level.evidence = level.some_nodes
                         ? CiteReport(inputs, *event, "oom-kill:constraint=", "\"constraint\"")
                         : CiteReport(inputs, *event, "Out of memory", "\"global\": true");
  }
  if (level.kind == LevelKind::kUnknown) return std::nullopt;
  return level;
}

bool Rose(const std::optional<MemoryEvents>& events) {
  return events && events->oom.value_or(0) > 0;
}

LimitLevel AtLevel(const Inputs& inputs, const IncidentLevel& recorded) {
  LimitLevel level;
  level.kind = KindOf(inputs, recorded.path);
  level.path = recorded.path;
  level.evidence = Cite(inputs.evidence, kIncident, JsonMember("path", recorded.path));
  return level;
}

/// How often a limit was met in the container or in a cgroup below it, also in one that is gone:
/// the counter of the container is hierarchical and outlives what lies below.
std::optional<std::uint64_t> MetWithin(const Inputs& inputs) {
  const IncidentLevel* own = inputs.incident->Own();
  return own == nullptr ? std::nullopt : own->events.oom;
}

bool IsKnownNotToHaveMet(const IncidentLevel& level) {
  return level.events_local && level.events_local->oom == 0;
}

/// No limit was met anywhere, and that is known of every level: it was the host that had no
/// memory left. One unknown counter, or one below that contradicts the container's, and it is not
/// known.
bool NoLimitWasMet(const Inputs& inputs) {
  const auto& levels = inputs.incident->levels;
  // Of a very deep tree not every level is recorded.
  const std::size_t with_memory =
      std::max(inputs.evidence.container.ancestors.size(), AncestorPaths(inputs.path()).size()) + 1;
  const auto is_above = [](const IncidentLevel& level) {
    return level.role != LevelRole::kDescendant;
  };
  const auto above = std::ranges::count_if(levels, is_above);
  const auto known = std::ranges::count_if(levels, [&](const IncidentLevel& level) {
    return is_above(level) && IsKnownNotToHaveMet(level);
  });
  const bool met_below = std::ranges::any_of(levels, [&](const IncidentLevel& level) {
    return !is_above(level) && Rose(level.events_local);
  });
  const IncidentLevel* own = inputs.incident->Own();
  return own != nullptr && own->events.oom_kill.value_or(0) > 0 && MetWithin(inputs) == 0 &&
         !met_below && static_cast<std::size_t>(known) >= with_memory && known == above;
}

/// The limit of a cgroup inside that was removed since: it was met below, and not here.
bool MetInOneThatIsGone(const Inputs& inputs) {
  const IncidentLevel* own = inputs.incident->Own();
  return own != nullptr && IsKnownNotToHaveMet(*own) && MetWithin(inputs).value_or(0) > 0;
}

/// A level without a limit counts in its subtree what others have met.
bool MayHaveMet(const IncidentLevel& level) {
  return level.role != LevelRole::kDescendant && !IsKnownNotToHaveMet(level) &&
         !(level.memory_max && level.memory_max->unlimited());
}

/// On kernels without memory.events.local: the lowest level whose subtree counted an oom. Where the
/// container's own count is not known up to its end, what is above it may have counted for it, or
/// for others.
const IncidentLevel* LowestWithOom(const Inputs& inputs) {
  const IncidentLevel* own = inputs.incident->Own();
  if (own == nullptr || !own->events.oom || (own->removed && own->events.oom == 0)) return nullptr;
  for (const IncidentLevel& level : inputs.incident->levels) {
    if (MayHaveMet(level) && level.events.oom.value_or(0) > 0) return &level;
  }
  return nullptr;
}

LimitLevel LevelOfCounters(const Inputs& inputs) {
  if (!inputs.incident) return {};
  for (const LevelRole role :
       {LevelRole::kContainer, LevelRole::kDescendant, LevelRole::kAncestor}) {
    // A cgroup below may tell of an earlier incident, if it is seen for the first time.
    if (role == LevelRole::kDescendant && MetWithin(inputs) == 0) continue;
    for (const IncidentLevel& level : inputs.incident->levels) {
      if (level.role == role && Rose(level.events_local)) return AtLevel(inputs, level);
    }
    if (role == LevelRole::kDescendant && MetInOneThatIsGone(inputs)) {
      LimitLevel gone;
      gone.kind = LevelKind::kDescendant;
      gone.evidence = Cite(inputs.evidence, kIncident, "\"events\"");
      return gone;
    }
  }
  if (NoLimitWasMet(inputs)) {
    LimitLevel host;
    host.kind = LevelKind::kHost;
    host.evidence = Cite(inputs.evidence, kIncident, "\"oom\": 0");
    return host;
  }
  const IncidentLevel* own = inputs.incident->Own();
  const bool local_known = own != nullptr && own->events_local && own->events_local->oom;
  const IncidentLevel* lowest = local_known ? nullptr : LowestWithOom(inputs);
  return lowest == nullptr ? LimitLevel{} : AtLevel(inputs, *lowest);
}

}  // namespace

bool IsByHand(const OomEvent& event) { return event.order.value_or(0) < 0; }

bool IsSwapLimit(const OomEvent& event) {
  if (!event.swap_usage || !event.swap_limit || *event.swap_usage < *event.swap_limit) return false;
  return !event.usage || !event.limit || *event.usage < *event.limit;
}

LimitLevel FindLevel(const Inputs& inputs, const OomEvent* event) {
  LimitLevel level = LevelOfReport(inputs, event).value_or(LevelOfCounters(inputs));
  if (!level.path.empty()) FindSize(inputs, event, level);
  return level;
}

LimitLevel OwnLevel(const Inputs& inputs) {
  LimitLevel own;
  own.kind = LevelKind::kOwn;
  own.path = inputs.path();
  FindSize(inputs, nullptr, own);
  own.evidence = own.limit_evidence;
  return own;
}

std::optional<Limit> OwnLimit(const Inputs& inputs) { return OwnLevel(inputs).limit; }

}  // namespace headroom
