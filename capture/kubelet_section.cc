#include "capture/kubelet_section.h"

#include <algorithm>
#include <utility>

#include "capture/section.h"
#include "evidence/kubelet_line.h"
#include "evidence/kubelet_log.h"

namespace headroom {
namespace {

constexpr std::chrono::seconds kPatience{2};
constexpr std::size_t kMostEntries = 20000;
constexpr std::size_t kMostLines = 32;  ///< of up to 16 KiB: a ranking names every pod of the node

Section Unavailable(std::string reason) {
  return AbsentSection(kKubeletLog, Outcome::kUnavailable, std::move(reason));
}

JournalQuery QueryOf(WallTime since, const std::string& directory) {
  JournalQuery query{.any_of = {},
                     .since = since,
                     .until = {},
                     .most = kMostEntries,
                     .keep = JournalQuery::Keep::kLast,
                     .patience = kPatience,
                     .directory = directory};
  for (const std::string_view unit : kKubeletUnits) {
    query.any_of.push_back({"_SYSTEMD_UNIT=" + std::string(unit), "_UID=0"});
  }
  return query;
}

}  // namespace

Section KubeletSectionOf(const PodName& pod, const Result<JournalSlice>& read) {
  if (!read) return Unavailable(read.error().Message());
  std::vector<ContainerLine> lines;
  bool names_pod = false;
  for (const JournalEntry& entry : read->entries) {
    const auto line = entry.of_container ? std::nullopt : ParseKubeletLine(entry.message);
    if (!line) continue;
    names_pod = names_pod || std::ranges::find(line->pods, pod) != line->pods.end();
    lines.push_back({.stamp = ToIso8601(entry.at),
                     .at = entry.at,
                     .stream = entry.unit,
                     .text = entry.message});
  }
  if (!names_pod) {
    return Unavailable("nothing of an eviction of its pod is in the journal of the kubelet");
  }
  if (lines.size() > kMostLines) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMostLines));
  }
  return TextSection(kKubeletLog, SerializeKubeletLog(lines));
}

Section ReadKubeletSection(const Enrolment& container, WallTime since,
                           const std::string& journal_dir) {
  if (!container.pod) return Unavailable("the container is in no pod of Kubernetes");
  const BootTime start = NowBoot();
  Section section = KubeletSectionOf(*container.pod, ReadJournal(QueryOf(since, journal_dir)));
  section.row.took = std::chrono::duration_cast<std::chrono::microseconds>(NowBoot() - start);
  return section;
}

}  // namespace headroom
