#include "base/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

TEST(ListSome, GivesAllWhereTheyAreFewAndSaysThatThereAreNoOthers) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(ListSome(directory.fd(), "empty", 4)->names.empty());
  for (const char* name : {"a", "b", "c"}) directory.Write(name, "");
  auto some = ListSome(directory.fd(), "x", 3).value();
  EXPECT_FALSE(some.more);
  std::ranges::sort(some.names);
  EXPECT_EQ(some.names, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(ListSome, StopsAtItsBoundAndSaysSo) {
  const TemporaryDirectory directory;
  for (const char* name : {"a", "b", "c"}) directory.Write(name, "");
  const auto some = ListSome(directory.fd(), "x", 2).value();
  EXPECT_EQ(some.names.size(), 2U);
  EXPECT_TRUE(some.more);
  EXPECT_EQ(ListSome(directory.fd(), "x", 3)->names.size(), 3U) << "the offset was left alone";
}

TEST(ListSome, CountsNoFilesWhereDirectoriesAreAskedFor) {
  const TemporaryDirectory directory;
  for (const char* name : {"a", "b", "c", "d/inner"}) directory.Write(name, "");
  std::filesystem::create_directory_symlink("d", directory.path() + "/link");
  const auto some = ListSome(directory.fd(), "x", 1, Listed::kDirectories).value();
  EXPECT_EQ(some.names, std::vector<std::string>{"d"});
  EXPECT_FALSE(some.more) << "neither a file nor a symbolic link is a directory";
}

}  // namespace
}  // namespace headroom
