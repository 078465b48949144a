#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

TEST(ReadFileAt, RefusesMoreThanTheCallerTakes) {
  const TemporaryDirectory dir;
  ASSERT_TRUE(CreateFileAt(dir.fd(), "f", "12345", 0600, Durability::kNone));
  EXPECT_EQ(ReadFileAt(dir.fd(), "f", 5).value(), "12345");
  const auto refused = ReadFileAt(dir.fd(), "f", 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
}

TEST(ReadFileAt, NamesTheMissingFile) {
  const TemporaryDirectory dir;
  const auto missing = ReadFileAt(dir.fd(), "nothing", 10);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().Message(), "nothing: cannot be opened (No such file or directory)");
}

TEST(ReadValueAt, ReadsOnWhereOneReadIsNotAll) {
  const TemporaryDirectory dir;
  for (const std::size_t size : {0U, 1U, 16383U, 16384U, 16385U, 50000U}) {
    const std::string name = std::to_string(size);
    ASSERT_TRUE(CreateFileAt(dir.fd(), name, std::string(size, 'x'), 0600, Durability::kNone));
    EXPECT_EQ(ReadValueAt(dir.fd(), name, 50000).value().size(), size);
  }
  EXPECT_EQ(ReadValueAt(dir.fd(), "50000", 49999).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(ReadValueAt(dir.fd(), "1", 0).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(ReadValueAt(dir.fd(), "nothing", 10).error().code, ErrorCode::kNotFound);
}

TEST(CreateFileAt, NeverFollowsALinkThatWaitsThere) {
  const TemporaryDirectory dir;
  ASSERT_EQ(symlinkat("elsewhere", dir.fd(), "f"), 0);
  const auto refused = CreateFileAt(dir.fd(), "f", "x", 0600, Durability::kNone);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
}

TEST(ReplaceFileAt, ReplacesALinkRatherThanItsTarget) {
  const TemporaryDirectory dir;
  ASSERT_TRUE(CreateFileAt(dir.fd(), "target", "old", 0600, Durability::kNone));
  ASSERT_EQ(symlinkat("target", dir.fd(), "f"), 0);
  ASSERT_TRUE(ReplaceFileAt(dir.fd(), "f", "new", 0600, Durability::kSynced));
  EXPECT_EQ(ReadFileAt(dir.fd(), "target", 10).value(), "old");
  EXPECT_EQ(ReadFileAt(dir.fd(), "f", 10).value(), "new");
  EXPECT_EQ(ListDirectory(dir.fd(), "d").value(), (std::vector<std::string>{"f", "target"}));
}

TEST(RemoveTreeAt, RemovesATreeButNotWhatALinkPointsTo) {
  const TemporaryDirectory dir;
  ASSERT_TRUE(MakeDirectories(dir.path() + "/tree/a/b", 0700));
  ASSERT_TRUE(CreateFileAt(dir.fd(), "kept", "x", 0600, Durability::kNone));
  ASSERT_TRUE(CreateFileAt(dir.fd(), "tree/a/b/f", "x", 0600, Durability::kNone));
  ASSERT_EQ(symlinkat("../kept", dir.fd(), "tree/link"), 0);
  ASSERT_TRUE(RemoveTreeAt(dir.fd(), "tree"));
  EXPECT_EQ(ListDirectory(dir.fd(), "d").value(), (std::vector<std::string>{"kept"}));
  EXPECT_TRUE(RemoveTreeAt(dir.fd(), "tree")) << "already gone is success";
}

TEST(MakeDirectories, LeavesWhatExistsAsItIs) {
  const TemporaryDirectory dir;
  ASSERT_TRUE(MakeDirectories(dir.path() + "/a", 0700));
  ASSERT_EQ(chmod((dir.path() + "/a").c_str(), 0755), 0);
  ASSERT_TRUE(MakeDirectories(dir.path() + "/a/b", 0700));
  struct stat info{};
  ASSERT_EQ(stat((dir.path() + "/a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0755U);
}

TEST(MakeDirectories, SaysWhatStandsInTheWay) {
  const TemporaryDirectory dir;
  ASSERT_TRUE(CreateFileAt(dir.fd(), "f", "x", 0600, Durability::kNone));
  EXPECT_FALSE(MakeDirectories(dir.path() + "/f/b", 0700));
}

}  // namespace
}  // namespace headroom
