#include "kernel/cgroup/cgroup_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "kernel/cgroup/open_below.h"

namespace headroom {
namespace {

/// A tree that looks like a cgroup v2 mount with one container.
class CgroupDirTest : public testing::Test {
 protected:
  CgroupDirTest() {
    host_.proc = tree_.path() + "/proc";
    host_.cgroup_root = tree_.path() + "/cgroup";
    tree_.Write("cgroup/cgroup.controllers", "cpu memory pids\n");
    tree_.Write("cgroup/a/cgroup.controllers", "memory\n");
    tree_.Write("cgroup/a/b.scope/cgroup.controllers", "memory\n");
    tree_.Write("cgroup/a/b.scope/memory.max", "67108864\n");
  }

  [[nodiscard]] Result<CgroupDir> Open(const std::string& path) const {
    return CgroupDir::Open(host_, path);
  }
  /// What rmdir leaves of a cgroup: none of its names can be found any more.
  void EmptyOut(const std::string& path) const {
    for (const auto& entry : std::filesystem::directory_iterator(host_.cgroup_root + path)) {
      std::filesystem::remove(entry.path());
    }
  }

  TemporaryDirectory tree_;
  HostView host_;
};

TEST_F(CgroupDirTest, OpensACgroupAndKnowsItsInode) {
  const auto cgroup = Open("/a/b.scope");
  ASSERT_TRUE(cgroup.has_value()) << cgroup.error().Message();
  struct stat info{};
  ASSERT_EQ(stat((host_.cgroup_root + "/a/b.scope").c_str(), &info), 0);
  EXPECT_EQ(cgroup->inode(), info.st_ino);
  EXPECT_EQ(cgroup->path(), "/a/b.scope");
  EXPECT_TRUE(cgroup->IsAlive());
}

TEST_F(CgroupDirTest, OpensTheRoot) {
  const auto root = Open("/");
  ASSERT_TRUE(root.has_value()) << root.error().Message();
  EXPECT_EQ(root->path(), "/");
  EXPECT_EQ(root->Children(8)->names, std::vector<std::string>{"a"});
}

TEST_F(CgroupDirTest, GivesOneNameToOneCgroup) {
  for (const char* spelling : {"/a/b.scope/", "//a//b.scope", "/./a/b.scope"}) {
    EXPECT_EQ(Open(spelling).value().path(), "/a/b.scope") << spelling;
  }
}

TEST_F(CgroupDirTest, RefusesEveryWayOutOfTheTree) {
  for (const char* path : {"", "a", "/..", "/a/../a", "/../../x", "/a/.."}) {
    const auto cgroup = Open(path);
    ASSERT_FALSE(cgroup.has_value()) << path;
    EXPECT_EQ(cgroup.error().code, ErrorCode::kMalformed) << path;
  }
  EXPECT_EQ(Open(std::string("/a\0b", 4)).error().code, ErrorCode::kMalformed);
}

TEST_F(CgroupDirTest, RefusesSymbolicLinksInEveryPlace) {
  std::filesystem::create_directory_symlink("a", host_.cgroup_root + "/link");
  for (const char* path : {"/link", "/link/b.scope"}) {
    const auto cgroup = Open(path);
    ASSERT_FALSE(cgroup.has_value()) << path;
    EXPECT_EQ(cgroup.error().code, ErrorCode::kMalformed) << cgroup.error().Message();
    EXPECT_NE(cgroup.error().where.find(path), std::string::npos);
  }
}

TEST_F(CgroupDirTest, SaysNotFoundOfACgroupThatIsNotThere) {
  EXPECT_EQ(Open("/a/none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Open("/a/cgroup.controllers").error().code, ErrorCode::kNotFound) << "a file is none";
}

TEST_F(CgroupDirTest, TellsAnAbsentFileFromARemovedCgroup) {
  const auto cgroup = Open("/a/b.scope").value();
  EXPECT_EQ(cgroup.Read("memory.max").value(), "67108864\n");
  const auto absent = cgroup.Read("memory.peak");
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(absent.error().where, "/a/b.scope/memory.peak");
  EmptyOut("/a/b.scope");
  EXPECT_FALSE(cgroup.IsAlive());
  EXPECT_EQ(cgroup.Read("memory.max").error().code, ErrorCode::kGone);
  EXPECT_EQ(cgroup.Write("memory.max", "max").error().code, ErrorCode::kGone);
  EXPECT_EQ(cgroup.OpenFile("memory.events", O_RDONLY).error().code, ErrorCode::kGone);
  EXPECT_EQ(cgroup.Children(8).error().code, ErrorCode::kGone) << "rather than none";
}

TEST_F(CgroupDirTest, NeverMistakesALaterCgroupOfTheSameNameForItsOwn) {
  const auto old = Open("/a/b.scope").value();
  std::filesystem::rename(host_.cgroup_root + "/a/b.scope", host_.cgroup_root + "/moved");
  tree_.Write("cgroup/a/b.scope/cgroup.controllers", "memory\n");
  tree_.Write("cgroup/a/b.scope/memory.max", "max\n");
  EXPECT_EQ(old.Read("memory.max").value(), "67108864\n");
  EXPECT_NE(old.inode(), Open("/a/b.scope").value().inode());
}

TEST_F(CgroupDirTest, ReadsNothingButItsOwnFiles) {
  const auto cgroup = Open("/a/b.scope").value();
  for (const char* file : {"", ".", "..", "../cgroup.controllers", "/etc/passwd"}) {
    EXPECT_EQ(cgroup.Read(file).error().code, ErrorCode::kMalformed) << file;
    EXPECT_EQ(cgroup.Write(file, "x").error().code, ErrorCode::kMalformed) << file;
  }
}

TEST_F(CgroupDirTest, LeadsToTheCgroupAboveUpToTheRoot) {
  const auto inner = Open("/a/b.scope");
  ASSERT_TRUE(inner);
  const auto outer = inner->Parent();
  ASSERT_TRUE(outer) << outer.error().Message();
  EXPECT_EQ(outer->path(), "/a");
  EXPECT_EQ(outer->inode(), Open("/a")->inode());
  const auto root = outer->Parent();
  ASSERT_TRUE(root) << root.error().Message();
  EXPECT_EQ(root->path(), "/");
  EXPECT_EQ(root->Parent().error().code, ErrorCode::kNotFound);
}

TEST_F(CgroupDirTest, WritesAValueWhole) {
  const auto cgroup = Open("/a/b.scope").value();
  ASSERT_TRUE(cgroup.Write("memory.max", "max").has_value());
  EXPECT_EQ(cgroup.Read("memory.max").value(), "max") << "nothing of the longer old value is left";
  EXPECT_EQ(cgroup.Write("memory.high", "max").error().code, ErrorCode::kNotFound)
      << "a kernel file is never made";
}

TEST_F(CgroupDirTest, ListsChildrenAndNoFiles) {
  tree_.Write("cgroup/a/z/cgroup.controllers", "");
  std::filesystem::create_directory_symlink("z", host_.cgroup_root + "/a/link");
  EXPECT_EQ(Open("/a")->Children(2)->names, (std::vector<std::string>{"b.scope", "z"}));
  EXPECT_FALSE(Open("/a")->Children(2)->more);
  EXPECT_TRUE(Open("/a/b.scope")->Children(8)->names.empty());
}

/// Whoever may make them makes as many as they like.
TEST_F(CgroupDirTest, ListsNoMoreChildrenThanItIsAskedForAndReadsNoFurther) {
  for (int i = 0; i < 2000; ++i) {
    std::filesystem::create_directory(fmt::format("{}/a/{:04}", host_.cgroup_root, i));
  }
  const auto cgroup = Open("/a").value();
  for (const char* call : {"readdir", "fstatat"}) {
    const FaultPlan plan(1000, Fault::kFails, EIO, call);
    const auto some = cgroup.Children(64).value();
    EXPECT_EQ(plan.struck(), nullptr) << "a thousand calls of " << call << " were not enough";
    EXPECT_EQ(some.names.size(), 64U);
    EXPECT_TRUE(std::ranges::is_sorted(some.names));
    EXPECT_TRUE(some.more);
  }
  EXPECT_EQ(cgroup.Children(0)->names.size(), 0U);
  EXPECT_TRUE(cgroup.Children(0)->more);
  EXPECT_EQ(cgroup.Children(CgroupDir::kAll)->names.size(), 2001U);
}

TEST_F(CgroupDirTest, EscapesHostileNamesInErrors) {
  const auto cgroup = Open("/x\x1b[2J");
  EXPECT_EQ(cgroup.error().where.find('\x1b'), std::string::npos);
}

TEST_F(CgroupDirTest, DetectsV2WhereMemoryIsAController) {
  EXPECT_EQ(DetectCgroupVersion(host_), CgroupVersion::kV2);
}

TEST_F(CgroupDirTest, DetectsV1AndHybridMounts) {
  const std::string mounts =
      "tmpfs /sys/fs/cgroup tmpfs ro 0 0\n"
      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
      "cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,memory 0 0\n";
  std::filesystem::remove(host_.cgroup_root + "/cgroup.controllers");
  tree_.Write("proc/mounts", mounts);
  EXPECT_EQ(DetectCgroupVersion(host_), CgroupVersion::kV1);
  tree_.Write("cgroup/cgroup.controllers", "cpu pids\n");
  EXPECT_EQ(DetectCgroupVersion(host_), CgroupVersion::kV1) << "mounted at another place";
}

TEST_F(CgroupDirTest, DetectsV1ByItsDirectoryAlone) {
  std::filesystem::remove(host_.cgroup_root + "/cgroup.controllers");
  EXPECT_EQ(DetectCgroupVersion(host_), CgroupVersion::kMissing);
  std::filesystem::create_directory(host_.cgroup_root + "/memory");
  EXPECT_EQ(DetectCgroupVersion(host_), CgroupVersion::kV1);
}

TEST_F(CgroupDirTest, DoesNotTakeACgroupNamedMemoryForAHierarchy) {
  tree_.Write("cgroup/cgroup.controllers", "cpu memory_other\n");
  std::filesystem::create_directory(host_.cgroup_root + "/memory");
  EXPECT_EQ(DetectCgroupVersion(host_), CgroupVersion::kMissing);
}

class OpenDirectoryBelowTest : public CgroupDirTest, public testing::WithParamInterface<WalkBy> {
 protected:
  [[nodiscard]] Result<UniqueFd> OpenBelow(const std::string& relative) const {
    return OpenDirectoryBelow(tree_.fd(), relative, GetParam());
  }
};

TEST_P(OpenDirectoryBelowTest, OpensWhatLiesBelow) {
  EXPECT_TRUE(OpenBelow("").has_value());
  EXPECT_TRUE(OpenBelow("cgroup").has_value());
  EXPECT_TRUE(OpenBelow("cgroup/a/b.scope").has_value());
}

TEST_P(OpenDirectoryBelowTest, IsHeldByNoLink) {
  std::filesystem::create_directory_symlink("/", tree_.path() + "/root");
  std::filesystem::create_directory_symlink("cgroup", tree_.path() + "/link");
  for (const char* path : {"root", "root/proc", "link", "link/a"}) {
    EXPECT_EQ(OpenBelow(path).error().code, ErrorCode::kMalformed) << path;
  }
}

TEST_P(OpenDirectoryBelowTest, NeverLeavesItsRoot) {
  EXPECT_FALSE(OpenBelow("..").has_value());
  EXPECT_FALSE(OpenBelow("cgroup/../..").has_value());
}

TEST_P(OpenDirectoryBelowTest, SaysWhatIsMissing) {
  EXPECT_EQ(OpenBelow("cgroup/none/deeper").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(OpenBelow("cgroup/cgroup.controllers").error().code, ErrorCode::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(BothWalks, OpenDirectoryBelowTest,
                         testing::Values(WalkBy::kOpenat2, WalkBy::kStepwise));

TEST(AncestorPaths, ComeNearestFirstWithoutTheRoot) {
  EXPECT_EQ(AncestorPaths("/a/b/c"), (std::vector<std::string>{"/a/b", "/a"}));
  EXPECT_EQ(AncestorPaths("/a//b/"), (std::vector<std::string>{"/a"}));
  EXPECT_TRUE(AncestorPaths("/a").empty());
  EXPECT_TRUE(AncestorPaths("/").empty());
  EXPECT_TRUE(AncestorPaths("").empty());
}

TEST(IsSameOrBelow, GoesByComponentsAndNotByLetters) {
  EXPECT_TRUE(IsSameOrBelow("/a/b", "/a"));
  EXPECT_TRUE(IsSameOrBelow("/a", "/a"));
  EXPECT_TRUE(IsSameOrBelow("/a", "/a/"));
  EXPECT_TRUE(IsSameOrBelow("/a", "/"));
  EXPECT_FALSE(IsSameOrBelow("/ab", "/a"));
  EXPECT_FALSE(IsSameOrBelow("/a", "/a/b"));
}

TEST(ParseCgroupProcs, TakesProcessNumbersOnly) {
  EXPECT_EQ(ParseCgroupProcs("1\n4321\n").value(), (std::vector<int>{1, 4321}));
  EXPECT_TRUE(ParseCgroupProcs("").value().empty());
  for (const char* bad : {"1\n\n2\n", "-1\n", "1 2\n", "x\n", "2147483648\n"}) {
    EXPECT_EQ(ParseCgroupProcs(bad).error().code, ErrorCode::kMalformed) << bad;
  }
  EXPECT_EQ(ParseCgroupProcs("1\nx\n").error().where, "cgroup.procs:2");
}

TEST(ParseCgroupProcs, LeavesOutProcessesOfForeignNamespaces) {
  EXPECT_EQ(ParseCgroupProcs("0\n7\n0\n").value(), std::vector<int>{7});
}

}  // namespace
}  // namespace headroom
