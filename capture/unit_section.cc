#include "capture/unit_section.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "capture/section.h"
#include "container/engine/engine.h"
#include "evidence/unit_log.h"

namespace headroom {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostLines = 64;
constexpr milliseconds kPause{100};

Section Unavailable(std::string reason) {
  return AbsentSection(kUnitLog, Outcome::kUnavailable, std::move(reason));
}

JournalQuery QueryOf(const std::string& unit, const UnitSectionQuery& query) {
  return {.any_of = {{"_PID=1", "UNIT=" + unit}},
          .since = query.since,
          .until = query.before,
          .most = kMostLines,
          .keep = JournalQuery::Keep::kLast,
          .patience = milliseconds(1000),
          .directory = query.journal_dir};
}

}  // namespace

Section UnitSectionOf(const std::string& unit, const Result<JournalSlice>& read) {
  if (!read) return Unavailable(read.error().Message());
  if (read->entries.empty()) return Unavailable("systemd wrote nothing of the unit");
  std::vector<ContainerLine> lines;
  bool has_result = false;
  for (const JournalEntry& entry : read->entries) {
    has_result = has_result || ResultInLine(entry.message, unit);
    lines.push_back(
        {.stamp = ToIso8601(entry.at), .at = entry.at, .stream = "systemd", .text = entry.message});
  }
  Section section = TextSection(kUnitLog, SerializeUnitLog(lines));
  if (!has_result) {
    section.row.outcome = Outcome::kPartial;
    section.row.reason = "systemd had not said yet how the run ended";
  }
  return section;
}

Section ReadUnitSection(const Enrolment& container, const UnitSectionQuery& query) {
  if (container.engine != kUnitEngine) {
    return Unavailable(sd_booted() > 0 ? "the container is no unit of systemd's"
                                       : "systemd does not run on this host");
  }
  const BootTime start = NowBoot();
  for (;;) {
    Section section = UnitSectionOf(container.id, ReadJournal(QueryOf(container.id, query)));
    const auto took = NowBoot() - start;
    section.row.took = std::chrono::duration_cast<std::chrono::microseconds>(took);
    if (section.row.outcome == Outcome::kComplete || took >= query.patience) return section;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace headroom
