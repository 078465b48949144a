#include "capture/unit_section.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "container/engine/engine.h"
#include "evidence/kept_log.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

JournalSlice Slice(const std::vector<std::string>& messages) {
  JournalSlice slice;
  for (const std::string& message : messages)
    slice.entries.push_back({.at = 5s, .message = message});
  return slice;
}

TEST(UnitSection, HasWhatSystemdWroteAndIsWholeWithTheResult) {
  const Section section = UnitSectionOf(
      "web.service", Slice({"web.service: Main process exited, code=killed, status=9/KILL",
                            "web.service: Failed with result 'oom-kill'."}));
  EXPECT_EQ(section.row.section, "host/unit.log");
  EXPECT_EQ(section.row.outcome, Outcome::kComplete);
  const KeptLog log = ParseKeptLog(section.bytes);
  ASSERT_EQ(log.lines.size(), 2U);
  EXPECT_EQ(log.lines[1].text, "web.service: Failed with result 'oom-kill'.");
}

TEST(UnitSection, WithoutAResultIsPartial) {
  for (const char* line : {"web.service: A process of this unit has been killed by the OOM killer.",
                           "db.service: Failed with result 'oom-kill'."}) {
    const Section section = UnitSectionOf("web.service", Slice({line}));
    EXPECT_EQ(section.row.outcome, Outcome::kPartial) << line;
    EXPECT_NE(section.row.reason.find("had not said yet"), std::string::npos);
  }
}

TEST(UnitSection, SaysWhyThereIsNone) {
  EXPECT_EQ(UnitSectionOf("web.service", Slice({})).row.outcome, Outcome::kUnavailable);
  const auto failed = MakeError(ErrorCode::kSystem, "journal", "cannot be read");
  EXPECT_NE(UnitSectionOf("web.service", failed).row.reason.find("cannot be read"),
            std::string::npos);
  Enrolment container;
  container.engine = "docker";
  EXPECT_NE(ReadUnitSection(container, {}).row.reason.find("systemd"), std::string::npos);
}

TEST(UnitSection, OfAJournalThatIsNotThereIsWaitedForAndNotHad) {
  const TemporaryDirectory dir;
  Enrolment container;
  container.engine = kUnitEngine;
  container.id = "web.service";
  const Section section = ReadUnitSection(container, {.patience = 1ms, .journal_dir = dir.path()});
  EXPECT_EQ(section.row.outcome, Outcome::kUnavailable);
}

}  // namespace
}  // namespace headroom
