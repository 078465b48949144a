#include "supervisor/guardian/undo_starter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// A script in the place of headroom-undo. It tells what it has, and ends with its life line.
class UndoStarterTest : public testing::Test {
 protected:
  UndoStarterTest() {
    dir_.Write("undo", "#!/bin/sh\n{ echo \"$@\"; ls -l /proc/$$/fd; cat; echo end; } >>" +
                           dir_.path() + "/out\n");
    EXPECT_EQ(chmod((dir_.path() + "/undo").c_str(), 0700), 0);
    dir_.Write("cg/headroom-undo/cgroup.procs", "");
  }
  [[nodiscard]] Result<UniqueFd> Start(const std::string& systemd_dir = "/nowhere") const {
    return StartUndo({.path = dir_.path() + "/undo", .systemd_dir = systemd_dir},
                     {.proc = "/proc", .cgroup_root = dir_.path() + "/cg"}, "/the/run/dir");
  }
  [[nodiscard]] std::string Output() const {
    for (;;) {
      auto text = ReadFileAt(AT_FDCWD, dir_.path() + "/out", 65536);
      if (text && text->ends_with("end\n")) return *text;
      std::this_thread::sleep_for(10ms);
    }
  }
  [[nodiscard]] std::string Procs() const {
    return ReadFileAt(dir_.fd(), "cg/headroom-undo/cgroup.procs", 100).value();
  }
  TemporaryDirectory dir_;
};

TEST_F(UndoStarterTest, ItHasTheRunDirectoryTheLifeLineAndNothingElseOfOurs) {
  const UniqueFd leak(::open((dir_.path() + "/undo").c_str(), O_RDONLY));
  auto life_line = Start();
  ASSERT_TRUE(life_line);
  life_line->Reset();
  const std::string said = Output();
  EXPECT_TRUE(said.starts_with("--with-guardian /the/run/dir\n")) << said;
  EXPECT_NE(said.find("0 -> socket:"), std::string::npos) << said;
  EXPECT_EQ(said.find("socket:"), said.rfind("socket:")) << "not our end of it too: " << said;
  EXPECT_EQ(said.find("cgroup.procs"), std::string::npos) << said;
}

TEST_F(UndoStarterTest, ItIsInACgroupOfItsOwn) {
  auto life_line = Start();
  ASSERT_TRUE(life_line);
  life_line->Reset();
  (void)Output();
  EXPECT_EQ(Procs(), "0");
}

TEST_F(UndoStarterTest, WhereTheTreeIsSystemdsItStaysInOurs) {
  auto life_line = Start(dir_.path());
  ASSERT_TRUE(life_line);
  life_line->Reset();
  (void)Output();
  EXPECT_EQ(Procs(), "");
}

TEST_F(UndoStarterTest, WhereItIsNotInstalledThereIsAnError) {
  const auto life_line =
      StartUndo({.path = "/nowhere/headroom-undo", .systemd_dir = "/"}, {}, "/the/run/dir");
  ASSERT_FALSE(life_line);
  EXPECT_EQ(life_line.error().where, "/nowhere/headroom-undo");
}

}  // namespace
}  // namespace headroom
