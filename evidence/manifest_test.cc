#include "evidence/manifest.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

Manifest TwoRows() {
  ManifestRow complete;
  complete.section = "before/memory.stat";
  complete.captured_boot = 77s;
  complete.captured_wall = 1763694764s + 120ms;
  complete.took = 450us;
  complete.bytes = 1234;
  complete.sha256 = std::string(64, 'a');
  ManifestRow absent;
  absent.section = "host/pressure/memory";
  absent.outcome = Outcome::kUnavailable;
  absent.reason = "this kernel has no PSI";
  return Manifest{.incident = "boot-1-2-0-1", .kind = "oom-kill", .rows = {complete, absent}};
}

TEST(Manifest, IsReadBackAsItWasWritten) {
  const auto read = ParseManifest(SerializeManifest(TwoRows()), "manifest.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->incident, "boot-1-2-0-1");
  EXPECT_EQ(read->kind, "oom-kill");
  ASSERT_EQ(read->rows.size(), 2U);
  const ManifestRow* row = read->Find("before/memory.stat");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->outcome, Outcome::kComplete);
  EXPECT_EQ(row->captured_boot, 77s);
  EXPECT_EQ(row->captured_wall, 1763694764s + 120ms);
  EXPECT_EQ(row->took, 450us);
  EXPECT_EQ(row->bytes, 1234U);
  EXPECT_EQ(row->sha256, std::string(64, 'a'));
}

TEST(Manifest, ARowWithoutACaptureHasNoTimes) {
  const auto read = ParseManifest(SerializeManifest(TwoRows()), "manifest.json");
  const ManifestRow* row = read->Find("host/pressure/memory");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->outcome, Outcome::kUnavailable);
  EXPECT_EQ(row->reason, "this kernel has no PSI");
  EXPECT_EQ(row->captured_boot, std::nullopt);
  EXPECT_EQ(row->captured_wall, std::nullopt);
}

TEST(Manifest, ASectionThatIsNotListedIsNull) { EXPECT_EQ(TwoRows().Find("before"), nullptr); }

TEST(Manifest, BytesOfAContainerSurviveAsReplacementNotAsAFailure) {
  Manifest manifest = TwoRows();
  manifest.rows[1].reason = "comm was \xff\xfe\n\x1b[31m";
  EXPECT_TRUE(ParseManifest(SerializeManifest(manifest), "manifest.json").has_value());
}

TEST(Manifest, UnknownKeysAreIgnored) {
  const auto read = ParseManifest(
      R"({"schema": "headroom.manifest/1", "colour": 3,
          "sections": [{"section": "a", "outcome": "too-late", "mood": []}]})",
      "manifest.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->rows.at(0).outcome, Outcome::kTooLate);
  EXPECT_EQ(read->kind, "");
}

TEST(Manifest, WhatWasTakenOutOfACopyIsToldInIt) {
  Manifest manifest = TwoRows();
  EXPECT_EQ(SerializeManifest(manifest).find("redacted"), std::string::npos);
  manifest.redacted =
      Redaction{.level = "names", .changed = {"container.json"}, .dropped = {"kernel/oom.log"}};
  const auto read = ParseManifest(SerializeManifest(manifest), "manifest.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->redacted, manifest.redacted);
}

TEST(Manifest, WhatIsBrokenIsNamed) {
  struct Case {
    const char* text;
    const char* named;
  };
  for (const auto& [text, named] : {
           Case{"[]", "manifest.json"},
           Case{"{", "line 1"},
           Case{R"({"sections": []})", "schema"},
           Case{R"({"schema": "headroom.manifest/9", "sections": []})", "headroom.manifest/9"},
           Case{R"({"schema": "headroom.manifest/1"})", "sections"},
           Case{R"({"schema": "headroom.manifest/1", "sections": {}})", "sections"},
           Case{R"({"schema": "headroom.manifest/1", "sections": [7]})", "sections[0]"},
           Case{R"({"schema": "headroom.manifest/1", "sections": [{"outcome": "complete"}]})",
                "section"},
           Case{R"({"schema": "headroom.manifest/1",
                    "sections": [{"section": "a", "outcome": "fine"}]})",
                "fine"},
           Case{R"({"schema": "headroom.manifest/1",
                    "sections": [{"section": "a", "outcome": "complete", "bytes": -1}]})",
                "bytes"},
           Case{R"({"schema": "headroom.manifest/1", "sections":
                    [{"section": "a", "outcome": "complete", "captured_wall": "noon"}]})",
                "captured_wall"},
           Case{R"({"schema": "headroom.manifest/1", "sections":
                    [{"section": "a", "outcome": "complete",
                      "captured_boot_ns": 18446744073709551615}]})",
                "2^63"},
           Case{R"({"schema": "headroom.manifest/1", "sections": [], "redacted": {}})", "level"},
           Case{R"({"schema": "headroom.manifest/1", "sections": [],
                    "redacted": {"level": "names", "changed": [1]}})",
                "changed"},
       }) {
    const auto read = ParseManifest(text, "manifest.json");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
    EXPECT_NE(read.error().Message().find(named), std::string::npos) << read.error().Message();
  }
}

}  // namespace
}  // namespace headroom
