#include "supervisor/registry/conmon_oom_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::string_literals;
using Folders = std::vector<std::string>;

Enrolment Container(const std::string& engine) {
  Enrolment container;
  container.id = "c0ffee";
  container.engine = engine;
  container.init = {.pid = 700, .start_ticks = 5000};
  return container;
}

const std::string kCmdline =
    "/usr/bin/conmon\0--api-version\0001\0-c\0c0ffee\0-b\0/bundle\0--persist-dir\0/persist/c0ffee\0"s;

TEST(ConmonOomFolders, APodmanThatNamesAFolderLooksThereAlone) {
  EXPECT_EQ(ConmonOomFolders(kCmdline, Container("podman")), Folders({"/persist/c0ffee"}));
}

TEST(ConmonOomFolders, CriOLooksInTheBundle) {
  EXPECT_EQ(ConmonOomFolders(kCmdline, Container("cri-o")),
            Folders({"/persist/c0ffee", "/bundle"}));
}

TEST(ConmonOomFolders, OneFolderUnderBothNamesIsOne) {
  EXPECT_EQ(
      ConmonOomFolders("conmon\0-c\0c0ffee\0-b\0/b\0--persist-dir\0/b\0"s, Container("cri-o")),
      Folders({"/b"}));
}

TEST(ConmonOomFolders, AnOldPodmanThatNamesNoneLooksNowhere) {
  EXPECT_EQ(ConmonOomFolders("conmon\0-c\0c0ffee\0-b\0/bundle\0"s, Container("podman")), Folders());
}

TEST(ConmonOomFolders, TheConmonOfAnotherContainerIsNotAsked) {
  Enrolment other = Container("podman");
  other.id = "c0ffe";
  EXPECT_EQ(ConmonOomFolders(kCmdline, other), Folders());
}

TEST(ConmonOomFolders, APathThatDependsOnWhereOneStandsIsNone) {
  EXPECT_EQ(ConmonOomFolders("conmon\0-c\0c0ffee\0--persist-dir\0persist\0"s, Container("podman")),
            Folders());
  EXPECT_EQ(ConmonOomFolders("conmon\0-c\0c0ffee\0--persist-dir\0\0"s, Container("podman")),
            Folders());
}

TEST(ConmonOomFolders, ACutCommandLineIsNone) {
  EXPECT_EQ(ConmonOomFolders("conmon\0-c\0c0ffee\0--persist-dir"s, Container("podman")), Folders());
  EXPECT_EQ(ConmonOomFolders("", Container("podman")), Folders());
}

/// An init 700 under conmon 600, whose root directory is the folder root.
class ConmonOomFileTest : public testing::Test {
 protected:
  ConmonOomFileTest() : host_{.proc = dir_.path() + "/proc", .cgroup_root = "/nowhere"} {
    WriteProcess(700, "sh", 600);
    WriteProcess(600, "conmon", 1);
    dir_.Write("proc/600/cmdline", kCmdline);
    WriteOwner(geteuid());
    dir_.Write("root/persist/c0ffee/exit", "137");
    Link("../../root", "proc/600/root");
    for (const char* folder : {"root", "root/persist", "root/persist/c0ffee"}) Allow(folder, 0755);
  }

  void WriteProcess(int pid, const std::string& comm, int parent) const {
    const std::string number = std::to_string(pid);
    dir_.Write("proc/" + number + "/stat",
               number + " (" + comm + ") S " + std::to_string(parent) +
                   " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5000"
                   " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  }
  void WriteOwner(uid_t uid) const {
    const std::string number = std::to_string(uid);
    dir_.Write("proc/600/status", "Name:\tconmon\nUid:\t" + number + "\t" + number + "\t" + number +
                                      "\t" + number + "\n");
  }
  [[nodiscard]] std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  void Link(const std::string& target, const std::string& name) const {
    ASSERT_EQ(symlink(target.c_str(), Path(name).c_str()), 0);
  }
  void Allow(const std::string& folder, mode_t mode) const {
    ASSERT_EQ(chmod(Path(folder).c_str(), mode), 0);
  }
  [[nodiscard]] bool IsThere(const std::string& name) const {
    struct stat info{};
    return lstat(Path(name).c_str(), &info) == 0;
  }
  [[nodiscard]] Result<ConmonOomFile> Find() const {
    return ConmonOomFile::Find(host_, Container("podman"));
  }
  [[nodiscard]] ErrorCode FindsNone() const {
    const auto found = Find();
    EXPECT_FALSE(found);
    return found ? ErrorCode::kSystem : found.error().code;
  }

  TemporaryDirectory dir_;
  HostView host_;
};

TEST_F(ConmonOomFileTest, LeavesAnEmptyFileWhereConmonWould) {
  const auto file = Find();
  ASSERT_TRUE(file) << file.error().Message();
  EXPECT_FALSE(IsThere("root/persist/c0ffee/oom")) << "before it was asked to";
  EXPECT_TRUE(file->Leave());
  struct stat info{};
  ASSERT_EQ(lstat(Path("root/persist/c0ffee/oom").c_str(), &info), 0);
  EXPECT_TRUE(S_ISREG(info.st_mode));
  EXPECT_EQ(info.st_size, 0);
}

TEST_F(ConmonOomFileTest, WhatConmonHasLeftIsNotTouched) {
  dir_.Write("root/persist/c0ffee/oom", "conmon's");
  EXPECT_TRUE(Find().value().Leave());
  EXPECT_EQ(std::filesystem::file_size(Path("root/persist/c0ffee/oom")), 8U);
}

TEST_F(ConmonOomFileTest, ALinkOfThatNameIsNotFollowed) {
  Link("elsewhere", "root/persist/c0ffee/oom");
  EXPECT_TRUE(Find().value().Leave());
  EXPECT_FALSE(IsThere("root/persist/c0ffee/elsewhere"));
}

TEST_F(ConmonOomFileTest, TheNextRunsFolderOfTheSameNameStaysEmpty) {
  const auto file = Find();
  ASSERT_TRUE(file);
  std::filesystem::remove_all(Path("root/persist/c0ffee"));
  std::filesystem::create_directory(Path("root/persist/c0ffee"));
  const auto left = file->Leave();
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(IsThere("root/persist/c0ffee/oom"));
}

TEST_F(ConmonOomFileTest, TheRuntimeMayStandBetweenConmonAndTheInit) {
  WriteProcess(700, "sh", 650);
  WriteProcess(650, "crun", 600);
  EXPECT_TRUE(Find());
}

TEST_F(ConmonOomFileTest, AConmonFarAboveIsAnotherContainers) {
  WriteProcess(700, "sh", 650);
  WriteProcess(650, "runc", 651);
  WriteProcess(651, "podman", 652);
  WriteProcess(652, "sh", 600);
  EXPECT_EQ(FindsNone(), ErrorCode::kNotFound);
}

TEST_F(ConmonOomFileTest, WithoutAConmonThereIsNone) {
  WriteProcess(600, "containerd-shim", 1);
  EXPECT_EQ(FindsNone(), ErrorCode::kNotFound);
}

TEST_F(ConmonOomFileTest, AProcessOfTheInitsNumberIsNotTheInit) {
  Enrolment other = Container("podman");
  other.init.start_ticks = 5001;
  const auto found = ConmonOomFile::Find(host_, other);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kGone);
}

TEST_F(ConmonOomFileTest, AFolderThatOthersMayWriteToIsRefused) {
  Allow("root/persist", 0777);
  EXPECT_EQ(FindsNone(), ErrorCode::kDenied);
  Allow("root/persist", 0755);
  Allow("root/persist/c0ffee", 0775);
  EXPECT_EQ(FindsNone(), ErrorCode::kDenied);
}

TEST_F(ConmonOomFileTest, AnotherUsersFolderIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give a folder away";
  ASSERT_EQ(chown(Path("root/persist").c_str(), 12345, 12345), 0);
  EXPECT_EQ(FindsNone(), ErrorCode::kDenied);
}

TEST_F(ConmonOomFileTest, AnotherUsersConmonIsNotObeyed) {
  WriteOwner(geteuid() + 1);
  EXPECT_EQ(FindsNone(), ErrorCode::kDenied);
}

TEST_F(ConmonOomFileTest, NoLinkIsFollowedOnTheWay) {
  std::filesystem::rename(Path("root/persist"), Path("root/other"));
  Link("other", "root/persist");
  EXPECT_FALSE(Find());
}

TEST_F(ConmonOomFileTest, NoWayLeadsUp) {
  dir_.Write("proc/600/cmdline",
             "conmon\0-c\0c0ffee\0--persist-dir\0/persist/../persist/c0ffee\0"s);
  EXPECT_EQ(FindsNone(), ErrorCode::kDenied);
}

TEST_F(ConmonOomFileTest, AFolderThatIsNotThereIsNone) {
  std::filesystem::remove_all(Path("root/persist/c0ffee"));
  EXPECT_EQ(FindsNone(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
