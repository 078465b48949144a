#include "evidence/bundle_name.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(BundleName, EveryKindIsReadBackFromTheName) {
  for (const BundleKind kind : {BundleKind::kOomKill, BundleKind::kGroupKill, BundleKind::kStall,
                                BundleKind::kKilled, BundleKind::kDenied, BundleKind::kSnap}) {
    Store::Draft draft;
    draft.kind = kind;
    draft.incident = {"boot-12-34", 3, 5};
    draft.at = 1763694764s;
    const std::string name = BundleName(draft);
    const auto entry = ParseBundleName(name);
    ASSERT_TRUE(entry.has_value()) << name;
    EXPECT_EQ(entry->stamp, "20251121T031244Z");
    EXPECT_EQ(entry->kind, kind);
    EXPECT_EQ(entry->incident, draft.incident.DirectoryPart());
  }
}

TEST(BundleName, AnEraIsReadBackWithTheStamp) {
  Store::Draft draft;
  draft.incident = {"boot-12-34", 3, 5};
  draft.at = 1763694764s;
  EXPECT_EQ(BundleName(draft, 0), BundleName(draft));
  const std::string name = BundleName(draft, 12);
  EXPECT_TRUE(name.starts_with("20251121T031244Z.12-oom-kill-")) << name;
  const auto entry = ParseBundleName(name);
  ASSERT_TRUE(entry.has_value()) << name;
  EXPECT_EQ(entry->stamp, "20251121T031244Z.12");
  EXPECT_EQ(entry->incident, draft.incident.DirectoryPart());
}

TEST(BundleName, GenerationsOfOneContainerDiffer) {
  const IncidentId first{"boot-12-34", 0, 1};
  const IncidentId second{"boot-12-35", 0, 1};
  EXPECT_NE(first.DirectoryPart(), second.DirectoryPart());
}

TEST(BundleName, OtherNamesAreNotBundles) {
  for (const char* name : {"",
                           "x",
                           "20251121T031244Z",
                           "20251121T031244Z-",
                           "20251121T031244Z-oom-kill",
                           "20251121T031244Z-oom-kill-1a2b3c4d-0",
                           "20251121T031244Z-eaten-1a2b3c4d-0-1",
                           "20251121T031244Z-oom-kill-1A2B3C4D-0-1",
                           "20251121T031244Z-oom-kill-1a2b3c4d-2-1",
                           "20251121T031244Z-oom-kill-1a2b3c4d--1-1",
                           "20251121T031244Z-oom-kill-1a2b3c4d-0-1-2",
                           "20251121T031244Z.-oom-kill-1a2b3c4d-0-1",
                           "20251121T031244Z.0-oom-kill-1a2b3c4d-0-1",
                           "20251121T031244Z.01-oom-kill-1a2b3c4d-0-1",
                           "20251121T031244Z.x-oom-kill-1a2b3c4d-0-1",
                           "20251121T031244Z1-oom-kill-1a2b3c4d-0-1",
                           "2025-11-21T03:12:44Z-oom-kill-1a2b3c4d-0-1",
                           "20251121T031244Z_oom-kill-1a2b3c4d-0-1",
                           "20251121T031244Z-1a2b3c4d-0-1",
                           "20251121T031244Z---"}) {
    EXPECT_EQ(ParseBundleName(name).has_value(), false) << name;
  }
}

TEST(IncidentPart, HasOneSpellingSoThatNoIncidentIsThereTwice) {
  EXPECT_TRUE(ParseIncidentPart("1a2b3c4d-0-1"));
  for (const char* text : {"1a2b3c4d-00-1", "1a2b3c4d-0-01", "1a2b3c4d-0-1-"}) {
    EXPECT_FALSE(ParseIncidentPart(text)) << text;
  }
  EXPECT_FALSE(ParseBundleName("20251121T031244Z-oom-kill-1a2b3c4d-0-01"));
}

}  // namespace
}  // namespace headroom
