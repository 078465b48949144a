#include "base/owned_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

std::string Read(const std::string& path) {
  return ReadFileAt(AT_FDCWD, path, 1U << 20U).value_or("unreadable");
}

class OwnedFileTest : public testing::Test {
 protected:
  OwnedFileTest() { tree_.Write("config.json", "{}"); }
  [[nodiscard]] std::string path() const { return tree_.path() + "/config.json"; }
  [[nodiscard]] Result<OwnedFile> Open() const {
    return OwnedFile::Open(tree_.path(), "config.json", 1024);
  }
  /// Nothing but config.json.
  void ExpectNothingLeftBehind() const {
    const auto fd = OpenDirectory(AT_FDCWD, tree_.path());
    EXPECT_EQ(ListDirectory(fd->get(), "tree")->size(), 1U);
  }
  TemporaryDirectory tree_;
};

TEST_F(OwnedFileTest, ReplacesTheTextAndKeepsModeAndOwner) {
  ASSERT_EQ(chmod(path().c_str(), 0640), 0);
  struct stat before{};
  ASSERT_EQ(stat(path().c_str(), &before), 0);
  const auto config = Open();
  ASSERT_TRUE(config) << config.error().Message();
  EXPECT_EQ(config->text(), "{}");
  ASSERT_TRUE(config->Replace("{\"a\":1}"));
  struct stat after{};
  ASSERT_EQ(stat(path().c_str(), &after), 0);
  EXPECT_EQ(Read(path()), "{\"a\":1}");
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_gid, before.st_gid);
  EXPECT_NE(after.st_ino, before.st_ino) << "whoever reads it now reads one or the other";
  ExpectNothingLeftBehind();
}

TEST_F(OwnedFileTest, RefusesALinkOfEitherKind) {
  ASSERT_EQ(rename(path().c_str(), (tree_.path() + "/real").c_str()), 0);
  ASSERT_EQ(symlink("real", path().c_str()), 0);
  EXPECT_EQ(Open().error().code, ErrorCode::kDenied);
  ASSERT_EQ(unlink(path().c_str()), 0);
  ASSERT_EQ(link((tree_.path() + "/real").c_str(), path().c_str()), 0);
  EXPECT_NE(Open().error().Message().find("has 2 names"), std::string::npos);
}

TEST_F(OwnedFileTest, RefusesWhatIsNoFileOfRootsOrOurs) {
  ASSERT_EQ(unlink(path().c_str()), 0);
  EXPECT_EQ(Open().error().code, ErrorCode::kNotFound);
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_NE(Open().error().Message().find("no regular file"), std::string::npos);
  if (geteuid() != 0) GTEST_SKIP() << "giving a file away takes root";
  ASSERT_EQ(unlink(path().c_str()), 0);
  tree_.Write("config.json", "{}");
  ASSERT_EQ(chown(path().c_str(), 12345, 0), 0);
  EXPECT_NE(Open().error().Message().find("belongs to user 12345"), std::string::npos);
}

TEST_F(OwnedFileTest, LeavesAFileAloneThatSomebodyElseChangedMeanwhile) {
  const auto config = Open();
  ASSERT_TRUE(config);
  ASSERT_EQ(unlink(path().c_str()), 0);
  tree_.Write("config.json", "theirs");
  EXPECT_EQ(config->Replace("ours").error().code, ErrorCode::kGone);
  EXPECT_EQ(Read(path()), "theirs");
  ExpectNothingLeftBehind();
}

TEST_F(OwnedFileTest, FollowsNothingThatHasTheTemporaryName) {
  const auto config = Open();
  ASSERT_TRUE(config);
  const std::string name = tree_.path() + "/.config.json.headroom-" + std::to_string(getpid());
  tree_.Write("victim", "kept");
  ASSERT_EQ(symlink("victim", name.c_str()), 0);
  EXPECT_FALSE(config->Replace("ours"));
  EXPECT_EQ(Read(tree_.path() + "/victim"), "kept");
  EXPECT_EQ(Read(path()), "{}");
}

TEST_F(OwnedFileTest, KeepsTheOldFileItselfAsTheBackup) {
  struct stat before{};
  ASSERT_EQ(stat(path().c_str(), &before), 0);
  const auto file = Open();
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->ReplaceKeeping("ours", "config.json.old"));
  EXPECT_EQ(Read(path()), "ours");
  EXPECT_EQ(Read(path() + ".old"), "{}");
  struct stat kept{};
  ASSERT_EQ(stat((path() + ".old").c_str(), &kept), 0);
  EXPECT_EQ(kept.st_ino, before.st_ino);
  EXPECT_EQ(kept.st_nlink, 1U);
  ASSERT_TRUE(Open()->ReplaceBy("config.json.old"));
  EXPECT_EQ(Read(path()), "{}");
  ExpectNothingLeftBehind();
}

TEST_F(OwnedFileTest, ABackupWhoseNameIsTakenReplacesNothing) {
  tree_.Write("config.json.old", "older");
  const auto file = Open();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->ReplaceKeeping("ours", "config.json.old").error().code, ErrorCode::kExists);
  EXPECT_EQ(file->RenameTo("config.json.old").error().code, ErrorCode::kExists);
  EXPECT_EQ(Read(path()), "{}");
  EXPECT_EQ(Read(path() + ".old"), "older");
}

TEST_F(OwnedFileTest, ABackupThatIsGoneReplacesNothing) {
  const auto file = Open();
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->ReplaceBy("config.json.old"));
  EXPECT_EQ(Read(path()), "{}");
}

TEST_F(OwnedFileTest, RemovesAndRenamesOnlyWhatItHasRead) {
  auto file = Open();
  ASSERT_TRUE(file);
  ASSERT_EQ(unlink(path().c_str()), 0);
  tree_.Write("config.json", "theirs");
  EXPECT_EQ(file->Remove().error().code, ErrorCode::kGone);
  EXPECT_EQ(file->RenameTo("x").error().code, ErrorCode::kGone);
  EXPECT_EQ(file->ReplaceBy("x").error().code, ErrorCode::kGone);
  EXPECT_EQ(Read(path()), "theirs");
  ASSERT_TRUE(Open()->RenameTo("x"));
  EXPECT_EQ(Open().error().code, ErrorCode::kNotFound);
  tree_.Write("config.json", "{}");
  ASSERT_TRUE(Open()->Remove());
  EXPECT_EQ(Open().error().code, ErrorCode::kNotFound);
}

TEST_F(OwnedFileTest, MakesANewFileWholeAndReplacesNone) {
  const mode_t mask = umask(077);
  EXPECT_TRUE(OwnedFile::Create(tree_.path(), "new", "text", 0644));
  (void)umask(mask);
  struct stat made{};
  ASSERT_EQ(stat((tree_.path() + "/new").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 07777U, 0644U) << "whatever the mask is";
  EXPECT_EQ(Read(tree_.path() + "/new"), "text");
  EXPECT_EQ(OwnedFile::Create(tree_.path(), "config.json", "x", 0644).error().code,
            ErrorCode::kExists);
  EXPECT_EQ(Read(path()), "{}");
  ASSERT_EQ(unlink((tree_.path() + "/new").c_str()), 0);
  ExpectNothingLeftBehind();
  EXPECT_FALSE(OwnedFile::Create(tree_.path() + "/none", "new", "x", 0644));
}

TEST_F(OwnedFileTest, ADirectoryThatIsMissingAndAFileTooLargeAreErrors) {
  EXPECT_EQ(OwnedFile::Open(tree_.path() + "/none", "config.json", 9).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(OwnedFile::Open(tree_.path(), "config.json", 1).error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace headroom
