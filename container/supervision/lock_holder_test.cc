#include "container/supervision/lock_holder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class LockHolderTest : public testing::Test {
 protected:
  static constexpr pid_t kPid = 4242;
  [[nodiscard]] std::optional<pid_t> HolderBy(const std::string& text) const {
    host_.Write("lock", text);
    const auto lock = OpenAt(AT_FDCWD, host_.path() + "/lock", O_RDONLY);
    EXPECT_TRUE(lock);
    return HolderThatGivesWay(host_.view(), lock->get());
  }
  [[nodiscard]] std::string Command(const std::string& cgroups, bool of_user) const {
    host_.Write(fmt::format("proc/{}/cgroup", kPid), cgroups);
    return CommandToStop(host_.view(), kPid, of_user);
  }

  FakeHost host_;
};

TEST_F(LockHolderTest, IsTheHeadroomdWhoseNumberIsInTheFile) {
  host_.AddProcess(kPid, "headroomd", 1, 5, "/headroom");
  EXPECT_EQ(HolderBy("4242\n"), kPid);
  EXPECT_EQ(HolderBy(""), std::nullopt) << "one that stays";
  EXPECT_EQ(HolderBy("0\n"), std::nullopt) << "kill(2) takes it for a process group";
  EXPECT_EQ(HolderBy("-1\n"), std::nullopt);
  EXPECT_EQ(HolderBy("99999999999\n"), std::nullopt);
  EXPECT_EQ(HolderBy("4243\n"), std::nullopt) << "no such process";
}

TEST_F(LockHolderTest, IsNobodyElseWhoHasThatNumberByNow) {
  host_.AddProcess(kPid, "something", 1, 5, "/headroom");
  EXPECT_EQ(HolderBy("4242\n"), std::nullopt);
}

TEST_F(LockHolderTest, IsStoppedByItsUnitWhereItHasOne) {
  EXPECT_EQ(Command("0::/headroom.slice/headroomd-embedded.service\n", false),
            "systemctl stop headroomd-embedded");
  EXPECT_EQ(Command("0::/user.slice/user-7.slice/user@7.service/app.slice/"
                    "headroomd-embedded.service\n",
                    true),
            "systemctl --user stop headroomd-embedded");
  EXPECT_EQ(
      Command("4:memory:/x\n1:name=systemd:/headroom.slice/headroomd-embedded.service\n", false),
      "systemctl stop headroomd-embedded")
      << "cgroup v1";
}

TEST_F(LockHolderTest, IsStoppedByItsNumberWhereNoSystemdHasStartedIt) {
  EXPECT_EQ(Command("0::/headroom\n", false), "kill 4242");
  EXPECT_EQ(CommandToStop(host_.view(), 4243, false), "kill 4243") << "its cgroup is not known";
}

}  // namespace
}  // namespace headroom
