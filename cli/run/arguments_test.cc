#include "cli/run/arguments.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using Words = std::vector<std::string>;

TEST(TakeCommand, TakesAllBehindTheFirstDashesAsItIs) {
  Words arguments = {"run", "--memory", "64M", "--", "sh", "-c", "a b", "--", "", "--memory"};
  EXPECT_EQ(TakeCommand(arguments), (Words{"sh", "-c", "a b", "--", "", "--memory"}));
  EXPECT_EQ(arguments, (Words{"run", "--memory", "64M"}));
}

TEST(TakeCommand, WithoutDashesThereIsNone) {
  Words arguments = {"run", "--memory", "64M", "sh"};
  EXPECT_EQ(TakeCommand(arguments), std::nullopt);
  EXPECT_EQ(arguments.size(), 4U);
  Words empty = {"run", "--"};
  EXPECT_EQ(TakeCommand(empty), Words{});
}

TEST(WhyNoName, TakesWhatIsPlainInAUnitAndAFolder) {
  for (const char* good : {"job", "7", "nightly-build_2.x", "A"}) EXPECT_EQ(WhyNoName(good), "");
  EXPECT_EQ(WhyNoName(std::string(128, 'a')), "");
  for (const char* bad : {"", "-job", ".job", "_job", "a/b", "..", "a b", "a\n", "j\u00f6b", "a@b",
                          "a:b", "a\\x2d", "%n"}) {
    EXPECT_NE(WhyNoName(bad), "") << bad;
  }
  EXPECT_NE(WhyNoName(std::string(129, 'a')), "");
}

TEST(NameOfCommand, IsAlwaysAName) {
  EXPECT_EQ(NameOfCommand("/usr/bin/make", 42), "make-42");
  EXPECT_EQ(NameOfCommand("./my job@2", 42), "my_job_2-42");
  EXPECT_EQ(NameOfCommand("/bin/", 42), "command-42");
  EXPECT_EQ(NameOfCommand(".hidden", 42), "command.hidden-42");
  for (const std::string& program :
       {std::string("x"), std::string("\xff\x1b[2J\n"), std::string(5000, 'x'), std::string()}) {
    EXPECT_EQ(WhyNoName(NameOfCommand(program, 4194304)), "") << NameOfCommand(program, 4194304);
  }
}

TEST(PlacesOfProgram, AreThoseOfThePath) {
  EXPECT_EQ(PlacesOfProgram("ls", "/bin:/usr/bin"), (Words{"/bin/ls", "/usr/bin/ls"}));
  EXPECT_EQ(PlacesOfProgram("ls", "/bin::/x"), (Words{"/bin/ls", "./ls", "/x/ls"}))
      << "an empty one is the current folder";
  EXPECT_EQ(PlacesOfProgram("ls", "/bin:"), (Words{"/bin/ls", "./ls"}));
  EXPECT_EQ(PlacesOfProgram("ls", ":/bin"), (Words{"./ls", "/bin/ls"}));
  EXPECT_EQ(PlacesOfProgram("ls", ""), Words{"./ls"});
  EXPECT_EQ(PlacesOfProgram("./ls", "/bin"), Words{"./ls"});
  EXPECT_EQ(PlacesOfProgram("", "/bin"), Words{});
  EXPECT_EQ(PlacesOfProgram("ls", std::nullopt).at(1), "/usr/bin/ls");
}

}  // namespace
}  // namespace headroom
