#include "capture/container_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"
#include "evidence/testing/docker_local.h"

namespace headroom {
namespace {

std::string Numbered(int from, int to) {
  std::string text;
  for (int i = from; i < to; ++i) text += fmt::format("t stdout F line {}\n", i);
  return text;
}

Result<std::vector<ContainerLine>> Read(const TemporaryDirectory& dir, uid_t owner = getuid()) {
  auto log = ReadContainerLog(dir.path() + "/ctr.log", ContainerLogFormat::kCri, owner);
  if (!log) return std::unexpected(log.error());
  return std::move(log->lines);
}

TEST(ReadContainerLog, GivesTheLastLinesOfALogOfAnySize) {
  const TemporaryDirectory dir;
  dir.Write("ctr.log", Numbered(0, 100000));
  const auto lines = Read(dir);
  ASSERT_TRUE(lines) << lines.error().Message();
  ASSERT_EQ(lines->size(), 200U);
  EXPECT_EQ(lines->front().text, "line 99800");
  EXPECT_EQ(lines->back().text, "line 99999");
}

TEST(ReadContainerLog, GoesOnInTheRotatedFileWhereThereAreFew) {
  const TemporaryDirectory dir;
  dir.Write("ctr.log", Numbered(10, 12));
  dir.Write("ctr.log.1", Numbered(0, 10));
  const auto lines = Read(dir);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 12U);
  EXPECT_EQ(lines->front().text, "line 0");
}

TEST(ReadContainerLog, ReadsTheEndOfABinaryLogAndTheOneThatItWasRotatedFrom) {
  constexpr auto kLocal = ContainerLogFormat::kDockerLocal;
  const TemporaryDirectory dir;
  const auto write = [&](const char* name, int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) text += LocalRecord({.line = fmt::format("line {}\n", i)});
    dir.Write(name, text);
  };
  write("container.log", 0, 10000);
  const std::string path = dir.path() + "/container.log";
  const auto whole = ReadContainerLog(path, kLocal, getuid());
  ASSERT_TRUE(whole) << whole.error().Message();
  EXPECT_TRUE(whole->cut);
  ASSERT_EQ(whole->lines.size(), 200U);
  EXPECT_EQ(whole->lines.back().text, "line 9999 ");
  write("container.log.1", 0, 10000);
  write("container.log", 10000, 10002);
  const auto rotated = ReadContainerLog(path, kLocal, getuid());
  ASSERT_TRUE(rotated);
  ASSERT_EQ(rotated->lines.size(), 200U);
  EXPECT_EQ(rotated->lines.front().text, "line 9802 ");
  EXPECT_EQ(rotated->lines.back().text, "line 10001 ");
}

TEST(ReadContainerLog, AnEmptyLogHasNoLinesAndAMissingOneIsNotFound) {
  const TemporaryDirectory dir;
  EXPECT_EQ(Read(dir).error().code, ErrorCode::kNotFound);
  dir.Write("ctr.log", "");
  ASSERT_TRUE(Read(dir));
  EXPECT_TRUE(Read(dir)->empty());
}

TEST(ReadContainerLog, BelievesOnlyAPlainFileOfThatUserWithOneName) {
  const TemporaryDirectory dir;
  const std::string path = dir.path() + "/ctr.log";
  dir.Write("other", Numbered(0, 3));
  std::filesystem::create_symlink(dir.path() + "/other", path);
  EXPECT_EQ(Read(dir).error().code, ErrorCode::kDenied) << "a symbolic link";
  std::filesystem::remove(path);
  std::filesystem::create_hard_link(dir.path() + "/other", path);
  EXPECT_EQ(Read(dir).error().code, ErrorCode::kDenied) << "a second name";
  std::filesystem::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(Read(dir).error().code, ErrorCode::kDenied) << "a pipe, without waiting for a writer";
  std::filesystem::remove(path);
  dir.Write("ctr.log", Numbered(0, 3));
  EXPECT_EQ(Read(dir, getuid() + 1).error().code, ErrorCode::kDenied) << "somebody else's";
  EXPECT_TRUE(Read(dir));
}

TEST(ReadContainerLog, BinaryGarbageIsNoLine) {
  const TemporaryDirectory dir;
  std::string garbage(200000, '\0');
  for (std::size_t i = 0; i < garbage.size(); ++i) garbage[i] = static_cast<char>(i * 7919U);
  dir.Write("ctr.log", garbage);
  const auto lines = Read(dir);
  ASSERT_TRUE(lines);
  EXPECT_TRUE(lines->empty());
  dir.Write("ctr.log", std::string(200000, 'x'));
  ASSERT_TRUE(Read(dir)) << "one line without an end";
}

}  // namespace
}  // namespace headroom
