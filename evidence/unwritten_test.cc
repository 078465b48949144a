#include "evidence/unwritten.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"
#include "evidence/summaries.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

class UnwrittenTest : public testing::Test {
 protected:
  [[nodiscard]] static Store::Draft DraftOf(std::uint64_t from, std::uint64_t to) {
    Store::Draft draft = OomDraft();
    draft.incident.from = from;
    draft.incident.to = to;
    return draft;
  }

  TemporaryDirectory dir_;
  Unwritten unwritten_{dir_.path()};
};

TEST_F(UnwrittenTest, IsEmptyWhereNothingWasEverKept) {
  EXPECT_TRUE(unwritten_.List().value().empty());
  EXPECT_FALSE(fs::exists(unwritten_.dir()));
}

TEST_F(UnwrittenTest, KeepsTheSummaryUnderTheNameOfItsBundle) {
  const Store::Draft draft = DraftOf(0, 1);
  const std::string path = unwritten_.Keep(draft, "{}\n").value();
  const auto kept = unwritten_.List().value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].path, path);
  EXPECT_EQ(kept[0].kind, draft.kind);
  EXPECT_EQ(kept[0].incident, draft.incident.DirectoryPart());
  EXPECT_EQ(Summaries::Read(kept[0]).value(), "{}\n");
}

TEST_F(UnwrittenTest, IsForTheOwnerAlone) {
  (void)unwritten_.Keep(DraftOf(0, 1), "{}\n").value();
  struct stat info{};
  ASSERT_EQ(stat(unwritten_.dir().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
}

TEST_F(UnwrittenTest, AnIncidentIsKeptOnceWithItsLatestWords) {
  (void)unwritten_.Keep(DraftOf(0, 1), "{\"try\": 1}\n").value();
  Store::Draft again = DraftOf(0, 1);
  again.at += std::chrono::seconds(30);
  (void)unwritten_.Keep(again, "{\"try\": 2}\n").value();
  const auto kept = unwritten_.List().value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(Summaries::Read(kept[0]).value(), "{\"try\": 2}\n");
}

TEST_F(UnwrittenTest, ForgetsOneIncidentAndNoOther) {
  (void)unwritten_.Keep(DraftOf(0, 1), "{}\n").value();
  (void)unwritten_.Keep(DraftOf(1, 3), "{}\n").value();
  ASSERT_TRUE(unwritten_.Forget(DraftOf(0, 1)));
  const auto kept = unwritten_.List().value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].incident, DraftOf(1, 3).incident.DirectoryPart());
  ASSERT_TRUE(unwritten_.Forget(DraftOf(1, 3)));
  EXPECT_TRUE(unwritten_.List().value().empty());
}

TEST_F(UnwrittenTest, AnIncidentWithOtherBoundsAfterARestartTellsWhatWasKept) {
  (void)unwritten_.Keep(DraftOf(0, 2), "{}\n").value();
  (void)unwritten_.Keep(DraftOf(2, 5), "{}\n").value();
  (void)unwritten_.Keep(DraftOf(5, 9), "{}\n").value();
  ASSERT_TRUE(unwritten_.Forget(DraftOf(0, 6)));
  const auto kept = unwritten_.List().value();
  ASSERT_EQ(kept.size(), 1U) << "the last kills of (5, 9] are not told yet";
  EXPECT_EQ(kept[0].incident, DraftOf(5, 9).incident.DirectoryPart());
  ASSERT_TRUE(unwritten_.Forget(DraftOf(6, 9)));
  EXPECT_TRUE(unwritten_.List().value().empty());
}

TEST_F(UnwrittenTest, AnEarlierIncidentIsNotForgottenWithALaterOne) {
  (void)unwritten_.Keep(DraftOf(0, 2), "{}\n").value();
  ASSERT_TRUE(unwritten_.Forget(DraftOf(2, 5)));
  EXPECT_EQ(unwritten_.List().value().size(), 1U);
}

TEST_F(UnwrittenTest, AnotherGenerationOfTheContainerIsAnotherIncident) {
  (void)unwritten_.Keep(DraftOf(0, 2), "{}\n").value();
  Store::Draft next = DraftOf(0, 5);
  next.incident.generation += "-next";
  ASSERT_TRUE(unwritten_.Forget(next));
  EXPECT_EQ(unwritten_.List().value().size(), 1U);
}

TEST_F(UnwrittenTest, AnIncidentWithoutAKillForgetsOnlyItself) {
  (void)unwritten_.Keep(DraftOf(0, 3), "{}\n").value();
  (void)unwritten_.Keep(DraftOf(3, 3), "{}\n").value();
  ASSERT_TRUE(unwritten_.Forget(DraftOf(3, 3)));
  const auto kept = unwritten_.List().value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].incident, DraftOf(0, 3).incident.DirectoryPart());
}

TEST_F(UnwrittenTest, AStallIsNotTheEndThatHasTheSameEmptyRange) {
  Store::Draft stall = DraftOf(3, 3);
  stall.kind = BundleKind::kStall;
  Store::Draft end = DraftOf(3, 3);
  end.kind = BundleKind::kKilled;
  (void)unwritten_.Keep(stall, "{}\n").value();
  EXPECT_FALSE(unwritten_.Has(end)) << "it would never be told";
  (void)unwritten_.Keep(end, "{}\n").value();
  ASSERT_TRUE(unwritten_.Forget(end));
  EXPECT_TRUE(unwritten_.Has(stall));
}

TEST_F(UnwrittenTest, ForgettingWhatWasNeverKeptIsNoError) {
  EXPECT_TRUE(unwritten_.Forget(DraftOf(0, 1)));
}

TEST_F(UnwrittenTest, KnowsWhatItHas) {
  EXPECT_FALSE(unwritten_.Has(DraftOf(0, 1)));
  (void)unwritten_.Keep(DraftOf(0, 1), "{}\n").value();
  EXPECT_TRUE(unwritten_.Has(DraftOf(0, 1)));
  EXPECT_FALSE(unwritten_.Has(DraftOf(0, 2)));
}

TEST_F(UnwrittenTest, TheNewestStayWhenThereAreTooMany) {
  for (std::uint64_t i = 0; i < Unwritten::kMost + 3; ++i) {
    Store::Draft draft = DraftOf(i, i + 1);
    draft.at += std::chrono::seconds(i);
    ASSERT_TRUE(unwritten_.Keep(draft, "{}\n"));
  }
  const auto kept = unwritten_.List().value();
  EXPECT_EQ(kept.size(), Unwritten::kMost);
  EXPECT_EQ(kept.front().incident,
            DraftOf(Unwritten::kMost + 2, Unwritten::kMost + 3).incident.DirectoryPart());
  EXPECT_EQ(kept.back().incident, DraftOf(3, 4).incident.DirectoryPart());
}

TEST_F(UnwrittenTest, ADirectoryThatOthersMayWriteToIsNotTrusted) {
  ASSERT_EQ(mkdir(unwritten_.dir().c_str(), 0700), 0);
  ASSERT_EQ(chmod(unwritten_.dir().c_str(), 0777), 0);
  const auto kept = unwritten_.Keep(DraftOf(0, 1), "{}\n");
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, ErrorCode::kDenied);
}

TEST_F(UnwrittenTest, TheOneThatIsKeptLastIsTheNewestWhateverTheClock) {
  (void)unwritten_.Keep(DraftOf(0, 1), "{}\n").value();
  Store::Draft later = DraftOf(1, 2);
  later.at -= std::chrono::hours(1);
  const auto path = unwritten_.Keep(later, "{}\n").value();
  EXPECT_EQ(unwritten_.List()->front().path, path);
  EXPECT_TRUE(unwritten_.Has(later));
  ASSERT_TRUE(unwritten_.Forget(later));
  EXPECT_EQ(unwritten_.List()->size(), 1U);
  later.incident.from = 2, later.incident.to = 3;
  const auto of_store = unwritten_.Keep(later, "{}\n", 5).value();
  EXPECT_NE(of_store.find("Z.5-oom-kill-"), std::string::npos) << of_store;
}

}  // namespace
}  // namespace headroom
