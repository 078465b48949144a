#include "supervisor/confine/capabilities.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include "base/file.h"
#include "base/testing/own_namespaces.h"

namespace headroom {
namespace {

constexpr int kNoNamespace = 99;

/// The exit status of a child that has all of root's powers, in a user namespace of its own: what
/// is dropped cannot be had again, and the other tests may need it.
int InPowerfulChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(EnterOwnNamespaces() ? body() : kNoNamespace);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A line of /proc/self/status, in hexadecimal.
std::uint64_t StatusMask(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":\t"))
      return std::stoull(line.substr(name.size() + 2), nullptr, 16);
  }
  return 0;
}

class PowerfulProgram : public testing::Test {
 protected:
  void SetUp() override {
    if (InPowerfulChild([] { return 0; }) == kNoNamespace)
      GTEST_SKIP() << "no user namespaces here";
  }
};

TEST_F(PowerfulProgram, KeepsWhatHeadroomdNeedsAndNothingElse) {
  EXPECT_EQ(InPowerfulChild([] {
              const std::uint64_t wanted = MaskOf(CapabilitiesOfHeadroomd());
              if (StatusMask("CapEff") == wanted) return 1;  // nothing would be shown
              if (!KeepOnly(CapabilitiesOfHeadroomd())) return 2;
              if (StatusMask("CapEff") != wanted || StatusMask("CapPrm") != wanted) return 3;
              return StatusMask("CapInh") == 0 && StatusMask("CapAmb") == 0 ? 0 : 4;
            }),
            0);
}

TEST_F(PowerfulProgram, GivesNoneToAProgramThatItWouldStart) {
  EXPECT_EQ(InPowerfulChild([] {
              if (!KeepOnly({})) return 1;
              return StatusMask("CapBnd") == 0 && StatusMask("CapEff") == 0 ? 0 : 2;
            }),
            0);
}

TEST_F(PowerfulProgram, CannotTakeBackWhatItDropped) {
  EXPECT_EQ(InPowerfulChild([] {
              if (!KeepOnly(CapabilitiesOfHeadroomd())) return 1;
              const bool hostname = sethostname("x", 1) == 0;  // of CAP_SYS_ADMIN
              const bool ambient =
                  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) == 0;
              return hostname || ambient ? 2 : 0;
            }),
            0);
}

TEST_F(PowerfulProgram, GetsNothingThatItHadNot) {
  EXPECT_EQ(InPowerfulChild([] {
              if (!KeepOnly({})) return 1;
              return KeepOnly(CapabilitiesOfHeadroomd()) && StatusMask("CapEff") == 0 ? 0 : 2;
            }),
            0);
}

TEST(Capabilities, EachIsNamedOnceAndSaysWhatIsLostWithoutIt) {
  std::set<int> numbers;
  for (const Capability& capability : CapabilitiesOfHeadroomd()) {
    EXPECT_TRUE(numbers.insert(capability.number).second) << capability.name;
    EXPECT_FALSE(std::string(capability.why).empty()) << capability.name;
  }
}

std::string UnitFile(const std::string& name) {
  const std::string path = std::string(HEADROOM_SOURCE_DIR) + "/packaging/systemd/" + name;
  return ReadFileAt(AT_FDCWD, path, 65536).value_or("");
}

TEST(Capabilities, TheUnitsGrantWhatTheProgramsKeep) {
  std::string wanted = "\nCapabilityBoundingSet=";
  for (const Capability& capability : CapabilitiesOfHeadroomd()) {
    if (!wanted.ends_with('=')) wanted += ' ';
    wanted += capability.name;
  }
  EXPECT_NE(UnitFile("headroomd.service").find(wanted + "\n"), std::string::npos) << wanted;
  EXPECT_NE(UnitFile("headroom-guardian.service").find("\nCapabilityBoundingSet=\n"),
            std::string::npos);
}

}  // namespace
}  // namespace headroom
