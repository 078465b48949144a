#include "evidence/unit_log.h"

#include <gtest/gtest.h>

#include "evidence/kept_log.h"

namespace headroom {
namespace {

TEST(ResultInLine, IsWhatSystemdCallsIt) {
  EXPECT_EQ(ResultInLine("web.service: Failed with result 'oom-kill'.", "web.service"), "oom-kill");
  EXPECT_EQ(ResultInLine("web.service: Failed with result 'signal'.", "web.service"), "signal");
  EXPECT_EQ(ResultInLine("web.service: Deactivated successfully.", "web.service"), "success");
  EXPECT_EQ(ResultInLine("web.service: Succeeded.", "web.service"), "success");
}

TEST(ResultInLine, IsOfThatUnitAlone) {
  for (const char* line : {
           "db.service: Failed with result 'oom-kill'.",
           "a web.service: Failed with result 'oom-kill'.",
           "web.serviceX: Failed with result 'oom-kill'.",
           "web.service: Main process exited, code=killed, status=9/KILL",
           "web.service: Failed with result ''.",
           "web.service: Failed with result 'OOM'.",
           "web.service: Failed with result 'oom-kill",
           "web.service: Failed with result '.",
           "web.service",
           "",
       }) {
    EXPECT_EQ(ResultInLine(line, "web.service"), std::nullopt) << line;
  }
  EXPECT_EQ(ResultInLine(": Succeeded.", ""), std::nullopt);
}

TEST(SerializeUnitLog, ReadsBack) {
  const KeptLog log =
      ParseKeptLog(SerializeUnitLog({{.stamp = "2025-11-21T03:12:44.000Z",
                                      .at = {},
                                      .stream = "systemd",
                                      .text = "web.service: Failed with result 'oom-kill'."}}));
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_EQ(log.header, 2U);
  EXPECT_EQ(log.lines[0].stream, "systemd");
  EXPECT_EQ(ResultInLine(log.lines[0].text, "web.service"), "oom-kill");
}

}  // namespace
}  // namespace headroom
