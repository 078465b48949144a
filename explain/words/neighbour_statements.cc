#include <fmt/format.h>

#include <algorithm>

#include "explain/inputs/citation.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr const char* kFile = "neighbours.json";

/// The record, where it is of the level that the kernel's report or the counters named.
const Neighbours* NeighboursOf(const Case& the_case) {
  const auto& neighbours = the_case.inputs.neighbours;
  if (!neighbours) return nullptr;
  const bool host = the_case.level.kind == LevelKind::kHost && neighbours->level == "host";
  const bool ancestor =
      the_case.level.kind == LevelKind::kAncestor && neighbours->level == the_case.level.path;
  return host || ancestor ? &*neighbours : nullptr;
}

std::string TriggerText(const Case& the_case, const OomTrigger& trigger) {
  if (the_case.victim.pid == trigger.pid) return "the victim itself asked for the last page";
  const std::string who = Shown(trigger.comm);
  if (!trigger.cgroup) {
    // Of a thread of the victim, say, which the kernel prints the number of.
    return fmt::format("asked for the last page: task {} {}, which had ended when it was looked at",
                       trigger.pid, who);
  }
  return fmt::format("asked for the last page: pid {} {}, in {}", trigger.pid, who,
                     CgroupText(the_case, *trigger.cgroup));
}

void AddTrigger(const Case& the_case, const Neighbours& neighbours,
                std::vector<Statement>& statements) {
  if (!neighbours.trigger || neighbours.trigger->pid == 0) return;
  statements.push_back({.label = "trigger",
                        .text = TriggerText(the_case, *neighbours.trigger),
                        .evidence = Cite(the_case.evidence(), kFile, "\"trigger\": {")});
}

/// memory.current of a snapshot of this container that is not too old; nullopt: there is none.
std::optional<Bytes> AtSnapshot(const Case& the_case) {
  const auto& snapshot = the_case.inputs.snapshot;
  if (!snapshot || snapshot->cgroup != the_case.inputs.path()) return std::nullopt;
  const auto age = SnapshotAge(the_case);
  if (!age || IsStale(age)) return std::nullopt;
  return BytesInFile(the_case.evidence(), "before/memory.current");
}

const Neighbour* Ours(const Neighbours& neighbours) {
  const auto found = std::ranges::find_if(neighbours.cgroups, &Neighbour::container);
  return found == neighbours.cgroups.end() ? nullptr : &*found;
}

/// What this container had before the kill.
struct Before {
  std::optional<Bytes> bytes;  ///< nullopt: no source says
  bool is_least = true;        ///< it had as much, and nobody knows how much more
};

/// A victim is one process of it, and what it has left after the kill another part.
Before OursBefore(const Case& the_case, const Neighbours& neighbours) {
  Before before{.bytes = AtSnapshot(the_case)};
  before.is_least = !before.bytes;
  const auto raise = [&](const std::optional<Bytes>& bytes) {
    if (bytes && *bytes > before.bytes.value_or(Bytes{})) before.bytes = bytes;
  };
  // What the kernel says of the victim is of the kill itself.
  if (!the_case.victim.rss_at_snapshot) raise(the_case.victim.rss);
  if (const Neighbour* ours = Ours(neighbours)) raise(ours->current);
  return before;
}

std::string PartsText(const Neighbour& row) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, const std::optional<Bytes>& part) {
    if (part && row.current && Share(*part, *row.current) >= 0.1) {
      parts.push_back(fmt::format("{} {}", name, ToText(*part)));
    }
  };
  add("anonymous", row.anon);
  add("shared", row.shmem);
  if (row.file) add("cache", *row.file - row.shmem.value_or(Bytes{}));
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

std::string RowText(const Case& the_case, const Neighbour& row) {
  return fmt::format("{}, {}{}{}", CgroupText(the_case, row.path), ToText(*row.current),
                     ShareText(*row.current, the_case.level.limit), PartsText(row));
}

const Neighbour* LargestOther(const Neighbours& neighbours) {
  const auto found = std::ranges::find_if(neighbours.cgroups, [](const Neighbour& row) {
    return !row.container && row.current && row.current->value > 0;
  });
  return found == neighbours.cgroups.end() ? nullptr : &*found;
}

/// It has more than half of what all of them together may have: whoever else has less.
bool IsMostOfAll(const Case& the_case, const Neighbour& other) {
  const auto& limit = the_case.level.limit;
  return limit && !limit->unlimited() && Share(*other.current, limit->bytes()) > 0.5;
}

/// The victim's cgroup has lost what died, so what it shows now does not say that it was small.
std::string LargestText(const Case& the_case, const Neighbours& neighbours,
                        const Neighbour& other) {
  const char* among = neighbours.truncated ? " (of those that could be looked at)" : "";
  const std::string row = RowText(the_case, other) + among;
  const Before before = OursBefore(the_case, neighbours);
  if (!before.bytes) {
    return row + ", after the kill; what this container had before is not known";
  }
  const std::string ours = (before.is_least ? "at least " : "") + ToText(*before.bytes);
  if (*before.bytes >= *other.current) {
    return fmt::format("this container, {} before the kill; next {}", ours, row);
  }
  if (!before.is_least) return fmt::format("{}; this container had {} before the kill", row, ours);
  if (IsMostOfAll(the_case, other)) {
    return fmt::format("{}, after the kill; this container had {} before", row, ours);
  }
  return fmt::format(
      "{}, after the kill; this container had {} before, and how much more is not known", row,
      ours);
}

void AddLargest(const Case& the_case, const Neighbours& neighbours,
                std::vector<Statement>& statements) {
  const Neighbour* other = LargestOther(neighbours);
  if (other == nullptr) return;
  statements.push_back(
      {.label = "largest",
       .text = LargestText(the_case, neighbours, *other),
       .evidence = Cite(the_case.evidence(), kFile, JsonMember("path", other->path))});
}

void AddHost(const Case& the_case, const Neighbours& neighbours,
             std::vector<Statement>& statements) {
  // At a limit below the host's memory the line about the limit says it in passing.
  if (the_case.level.kind != LevelKind::kHost) return;
  if (!neighbours.host_free || !neighbours.host_available) return;
  statements.push_back(
      {.label = "host",
       .text = fmt::format("{} free, {} available just after the kill",
                           ToText(*neighbours.host_free), ToText(*neighbours.host_available)),
       .evidence = Cite(the_case.evidence(), kFile, "\"host_available\"")});
}

}  // namespace

std::vector<Statement> NeighbourStatements(const Case& the_case) {
  const Neighbours* neighbours = NeighboursOf(the_case);
  if (neighbours == nullptr) return {};
  std::vector<Statement> statements;
  AddTrigger(the_case, *neighbours, statements);
  AddLargest(the_case, *neighbours, statements);
  AddHost(the_case, *neighbours, statements);
  return statements;
}

}  // namespace headroom
