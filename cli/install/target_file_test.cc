#include "cli/install/target_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

constexpr WallTime kNow = std::chrono::seconds(1795564800);  // 2026-11-25

class TargetFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  [[nodiscard]] std::string Read(const std::string& name) const {
    return ReadFileAt(dir_.fd(), name, 1U << 20U).value_or("no such file");
  }
  [[nodiscard]] Result<TargetFile> Open(Links links = Links::kFollow,
                                        Access access = Access::kWrite) const {
    return TargetFile::Open(Path("daemon.json"), links, access);
  }
  TemporaryDirectory dir_;
};

TEST_F(TargetFileTest, KeepsWhatWasThereUnderADatedName) {
  dir_.Write("daemon.json", "old");
  auto target = Open();
  ASSERT_TRUE(target) << target.error().Message();
  EXPECT_EQ(target->text(), "old");
  const auto backup = target->Write("new", kNow);
  ASSERT_TRUE(backup) << backup.error().Message();
  EXPECT_EQ(*backup, Path("daemon.json.headroom-" + ToFileStamp(kNow)));
  EXPECT_EQ(Read("daemon.json"), "new");
  EXPECT_EQ(Read("daemon.json.headroom-" + ToFileStamp(kNow)), "old");
}

TEST_F(TargetFileTest, SeveralBackupsOfASecondAreNewestFirst) {
  for (const char* text : {"1", "2", "3"}) {
    dir_.Write("daemon.json", text);
    ASSERT_TRUE(Open()->Write("new", kNow));
  }
  dir_.Write("daemon.json", "4");
  ASSERT_TRUE(Open()->Write("new", kNow + std::chrono::seconds(1)));
  const auto backups = Open()->Backups();
  ASSERT_TRUE(backups);
  std::string order;
  for (const TargetFile::Kept& kept : *backups) order += kept.text;
  EXPECT_EQ(order, "4321");
}

TEST_F(TargetFileTest, AFileThatWasNotThereIsMadeWithItsFolder) {
  auto target = TargetFile::Open(Path("a/b/daemon.json"), Links::kFollow, Access::kWrite);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->text(), std::nullopt);
  EXPECT_TRUE(target->Backups()->empty());
  EXPECT_EQ(target->Write("new", kNow).value(), "") << "nothing was there to be kept";
  EXPECT_EQ(Read("a/b/daemon.json"), "new");
}

TEST_F(TargetFileTest, WritesThroughALinkAndLeavesIt) {
  dir_.Write("real/d.json", "old");
  ASSERT_EQ(symlink("real/d.json", Path("daemon.json").c_str()), 0);
  auto target = Open();
  ASSERT_TRUE(target) << target.error().Message();
  ASSERT_TRUE(target->Write("new", kNow));
  EXPECT_TRUE(std::filesystem::is_symlink(Path("daemon.json")));
  EXPECT_EQ(Read("real/d.json"), "new");
  EXPECT_EQ(Read("real/d.json.headroom-" + ToFileStamp(kNow)), "old");
  const auto again = Open(Links::kFollow, Access::kRead);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->Backups()->size(), 1U);
}

TEST_F(TargetFileTest, RefusesALinkWhereItIsToldToAndOneThatLeadsNowhere) {
  ASSERT_EQ(symlink("real.json", Path("daemon.json").c_str()), 0);
  const auto dangling = Open();
  ASSERT_FALSE(dangling);
  EXPECT_NE(dangling.error().Message().find("leads to no file"), std::string::npos);
  dir_.Write("real.json", "old");
  EXPECT_EQ(Open(Links::kRefuse).error().code, ErrorCode::kDenied);
  ASSERT_EQ(symlink("loop.json", Path("loop.json").c_str()), 0);
  EXPECT_FALSE(TargetFile::Open(Path("loop.json"), Links::kFollow, Access::kRead));
}

TEST_F(TargetFileTest, KeepsASecondInstallOutForAsLongAsItLives) {
  dir_.Write("daemon.json", "old");
  {
    const auto first = Open();
    ASSERT_TRUE(first);
    EXPECT_EQ(Open().error().code, ErrorCode::kExists);
    EXPECT_TRUE(Open(Links::kFollow, Access::kRead)) << "who writes nothing may look";
  }
  EXPECT_TRUE(Open());
}

TEST_F(TargetFileTest, AReadOnlyFolderIsAnErrorAndNothingIsLeftThere) {
  if (geteuid() == 0) GTEST_SKIP() << "root writes everywhere";
  dir_.Write("daemon.json", "old");
  ASSERT_EQ(chmod(dir_.path().c_str(), 0555), 0);
  const auto written = Open()->Write("new", kNow);
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kDenied);
  EXPECT_EQ(Read("daemon.json"), "old");
}

TEST_F(TargetFileTest, WhatSomebodyElseChangedMeanwhileStays) {
  dir_.Write("daemon.json", "old");
  auto target = Open();
  ASSERT_TRUE(target);
  ASSERT_EQ(rename(Path("daemon.json").c_str(), Path("aside").c_str()), 0);
  dir_.Write("daemon.json", "theirs");
  EXPECT_EQ(target->Write("new", kNow).error().code, ErrorCode::kGone);
  EXPECT_EQ(target->Remove().error().code, ErrorCode::kGone);
  EXPECT_EQ(Read("daemon.json"), "theirs");
  EXPECT_TRUE(Open(Links::kFollow, Access::kRead)->Backups()->empty()) << "nothing was changed";
}

TEST_F(TargetFileTest, ABackupThatIsALinkIsNoneOfOurs) {
  dir_.Write("daemon.json", "old");
  dir_.Write("secret", "secret");
  ASSERT_EQ(symlink("secret", Path("daemon.json.headroom-20261125T000000Z").c_str()), 0);
  EXPECT_TRUE(Open()->Backups()->empty());
}

TEST_F(TargetFileTest, SetsAsideUnderANameThatTheEngineDoesNotRead) {
  dir_.Write("daemon.json", "old");
  const auto aside = Open()->SetAside(kNow);
  ASSERT_TRUE(aside);
  EXPECT_FALSE(aside->ends_with(".json"));
  EXPECT_EQ(Read("daemon.json"), "no such file");
}

}  // namespace
}  // namespace headroom
