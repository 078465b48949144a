#include "evidence/summaries.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

class SummariesTest : public testing::Test {
 protected:
  void MakeDirectory(mode_t mode = 02750) {
    ASSERT_EQ(mkdir(summaries_.dir().c_str(), 0700), 0);
    ASSERT_EQ(chmod(summaries_.dir().c_str(), mode), 0);
  }
  [[nodiscard]] static Store::Draft WithSummary() {
    Store::Draft draft = OomDraft();
    draft.sections.push_back(MadeSection("summary.json", "{\"cause\": \"limit-anon\"}\n"));
    return draft;
  }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
  Summaries summaries_ = Summaries::Beside(store_.dir());
};

TEST_F(SummariesTest, WithoutTheirDirectoryNothingIsWritten) {
  ASSERT_TRUE(store_.Publish(WithSummary()));
  EXPECT_FALSE(fs::exists(summaries_.dir()));
  EXPECT_TRUE(summaries_.List().value().empty());
}

TEST_F(SummariesTest, PublishingWritesOneForTheGroupToRead) {
  MakeDirectory();
  const std::string bundle = store_.Publish(WithSummary()).value();
  const auto entries = summaries_.List().value();
  ASSERT_EQ(entries.size(), 1U);
  const std::string name = bundle.substr(bundle.rfind('/') + 1);
  EXPECT_EQ(entries[0].path, summaries_.dir() + "/runc-web/" + name + ".json");
  EXPECT_EQ(entries[0].container_dir, "runc-web");
  EXPECT_EQ(Summaries::Read(entries[0]).value(), "{\"cause\": \"limit-anon\"}\n");
  struct stat info{};
  ASSERT_EQ(stat(entries[0].path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0640U);
  ASSERT_EQ(stat((summaries_.dir() + "/runc-web").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0750U);
}

TEST_F(SummariesTest, WhatIsWrittenBelongsToTheDirectorysGroup) {
  if (geteuid() != 0) GTEST_SKIP() << "needs to give a directory to another group";
  MakeDirectory();
  ASSERT_EQ(chown(summaries_.dir().c_str(), 0, 12345), 0);
  ASSERT_EQ(chmod(summaries_.dir().c_str(), 02750), 0);
  ASSERT_TRUE(store_.Publish(WithSummary()));
  struct stat info{};
  ASSERT_EQ(stat(summaries_.List().value().at(0).path.c_str(), &info), 0);
  EXPECT_EQ(info.st_gid, 12345U);
  ASSERT_EQ(stat((summaries_.dir() + "/runc-web").c_str(), &info), 0);
  EXPECT_EQ(info.st_gid, 12345U);
}

TEST_F(SummariesTest, ABundleIsPublishedWhereItsSummaryCannotBeWritten) {
  MakeDirectory(02777);
  EXPECT_TRUE(store_.Publish(WithSummary()));
  EXPECT_TRUE(summaries_.List().value().empty());
  EXPECT_EQ(summaries_.Write("runc-web", "x", "{}").error().code, ErrorCode::kDenied);
}

TEST_F(SummariesTest, ABundleWithoutAVerdictHasNone) {
  MakeDirectory();
  ASSERT_TRUE(store_.Publish(OomDraft()));
  EXPECT_TRUE(summaries_.List().value().empty());
}

TEST_F(SummariesTest, TheSummaryGoesWithItsBundle) {
  MakeDirectory();
  ASSERT_TRUE(store_.Publish(WithSummary()));
  ASSERT_TRUE(store_.Remove(store_.List().value().at(0)));
  EXPECT_TRUE(summaries_.List().value().empty());
  EXPECT_FALSE(fs::exists(summaries_.dir() + "/runc-web"));
}

/// Somebody has removed the bundle by hand, or died between the two.
TEST_F(SummariesTest, TheSummaryGoesAlsoWhereItsBundleIsGoneAlready) {
  MakeDirectory();
  ASSERT_TRUE(store_.Publish(WithSummary()));
  const BundleEntry bundle = store_.List().value().at(0);
  fs::remove_all(store_.dir() + "/runc-web");
  EXPECT_EQ(store_.Remove(bundle).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(summaries_.List().value().empty());
}

TEST_F(SummariesTest, WhatAWriterLeftThatDiedGoesAfterAWhileAndNothingElse) {
  MakeDirectory();
  const std::string bundle = store_.Publish(WithSummary()).value();
  const std::string name = bundle.substr(bundle.rfind('/') + 1);
  const std::string work = "summaries/.4321-" + name;
  const std::set<std::string> kept = {"summaries/.keep", "summaries/.x-" + name,
                                      "summaries/.12-notes", "summaries/" + name};
  dir_.Write(work, "{");
  for (const std::string& other : kept) dir_.Write(other, "x");
  const auto left = [&](std::chrono::nanoseconds later) {
    EXPECT_TRUE(summaries_.RemoveLeftovers(NowWall() + later));
    return fs::exists(dir_.path() + "/" + work);
  };
  using std::chrono::minutes;
  EXPECT_TRUE(left(minutes(0)));
  EXPECT_TRUE(left(minutes(9)));
  EXPECT_FALSE(left(minutes(11)));
  dir_.Write(work, "{");
  EXPECT_FALSE(left(-minutes(11))) << "written before the clock was set back";
  for (const std::string& other : kept) EXPECT_TRUE(fs::exists(dir_.path() + "/" + other)) << other;
  EXPECT_EQ(summaries_.List().value().size(), 1U);
}

TEST_F(SummariesTest, WithoutTheirDirectoryNothingIsLeft) {
  EXPECT_TRUE(summaries_.RemoveLeftovers(NowWall()));
}

}  // namespace
}  // namespace headroom
