#include "supervisor/registry/successors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// A registry with generations of containers, told apart by when they were enrolled.
class SuccessorsTest : public testing::Test {
 protected:
  static Enrolment Generation(BootTime enrolled, const std::string& cgroup = "/box") {
    Enrolment enrolment;
    enrolment.id = "web";
    enrolment.engine = "runc";
    enrolment.boot_id = "boot-1";
    enrolment.init = {.pid = 4711, .start_ticks = static_cast<std::uint64_t>(enrolled / 10ms)};
    enrolment.cgroup.path = cgroup;
    enrolment.cgroup.inode = 7;
    enrolment.enrolled_boot = enrolled;
    return enrolment;
  }
  std::string Add(const Enrolment& enrolment) {
    auto path = registry_.Add(enrolment);
    EXPECT_TRUE(path) << path.error().Message();
    return path.value_or("");
  }

  TemporaryDirectory dir_;
  RegistryDir registry_{dir_.path()};
  Successors successors_{registry_};
};

TEST_F(SuccessorsTest, TheNextGenerationOfTheSameCgroupEndsTheOneBefore) {
  for (const BootTime enrolled : {30s, 10s, 20s}) Add(Generation(enrolled));
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
  EXPECT_EQ(successors_.SupersededAt(Generation(20s)), 30s);
  EXPECT_EQ(successors_.SupersededAt(Generation(30s)), std::nullopt);
}

TEST_F(SuccessorsTest, AnotherCgroupOrAnotherBootEndsNothing) {
  Add(Generation(20s, "/other"));
  Enrolment earlier_boot = Generation(30s);
  earlier_boot.boot_id = "boot-0";
  Add(earlier_boot);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), std::nullopt);
}

TEST_F(SuccessorsTest, AListingThatMayLagIsUsedForThatLong) {
  Successors lagging(registry_, 1h);
  EXPECT_EQ(lagging.SupersededAt(Generation(10s)), std::nullopt);
  Add(Generation(20s));
  EXPECT_EQ(lagging.SupersededAt(Generation(10s)), std::nullopt);
  Successors soon(registry_, 1ns);
  EXPECT_EQ(soon.SupersededAt(Generation(10s)), 20s);
  Add(Generation(15s));
  EXPECT_EQ(soon.SupersededAt(Generation(10s)), 15s);
}

TEST_F(SuccessorsTest, OneThatIsGoneAndStillInTheListingIsNotTold) {
  const std::string first = Add(Generation(10s));
  Add(Generation(20s));
  Successors lagging(registry_, 1h);
  EXPECT_EQ(lagging.SupersededAt(Generation(10s)), 20s);
  std::filesystem::remove_all(first);
  const auto noted = lagging.BeforeRemoval(Generation(20s));
  EXPECT_TRUE(noted) << noted.error().Message();
}

TEST_F(SuccessorsTest, SeesOneThatComesAndForgetsOneThatGoes) {
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), std::nullopt);
  const std::string path = Add(Generation(20s));
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
  std::filesystem::remove_all(path);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), std::nullopt);
}

TEST_F(SuccessorsTest, OneThatIsForgottenBeforeAnEarlierOneStillEndsIt) {
  Add(Generation(10s));
  const std::string second = Add(Generation(20s));
  Add(Generation(30s));
  ASSERT_TRUE(successors_.BeforeRemoval(Generation(20s)));
  std::filesystem::remove_all(second);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
  EXPECT_EQ(Successors(registry_).SupersededAt(Generation(10s)), 20s) << "after a restart too";
  EXPECT_EQ(successors_.SupersededAt(Generation(30s)), std::nullopt);
}

TEST_F(SuccessorsTest, OfSeveralThatAreForgottenTheFirstOneCounts) {
  Add(Generation(10s));
  const std::string second = Add(Generation(20s));
  const std::string third = Add(Generation(30s));
  ASSERT_TRUE(successors_.BeforeRemoval(Generation(30s)));
  std::filesystem::remove_all(third);
  ASSERT_TRUE(successors_.BeforeRemoval(Generation(20s)));
  std::filesystem::remove_all(second);
  EXPECT_EQ(Successors(registry_).SupersededAt(Generation(10s)), 20s);
}

TEST_F(SuccessorsTest, OneThatIsForgottenSaysNothingToOthers) {
  Add(Generation(10s, "/other"));
  Add(Generation(40s));
  const std::string path = Add(Generation(20s));
  ASSERT_TRUE(successors_.BeforeRemoval(Generation(20s)));
  std::filesystem::remove_all(path);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s, "/other")), std::nullopt);
  EXPECT_EQ(successors_.SupersededAt(Generation(40s)), std::nullopt);
}

TEST_F(SuccessorsTest, ANoteThatIsNoTimeIsNone) {
  const std::string path = Add(Generation(10s));
  for (const char* note : {"", "soon\n", "18446744073709551615\n"}) {
    std::ofstream(path + "/superseded") << note;
    EXPECT_EQ(Successors(registry_).SupersededAt(Generation(10s)), std::nullopt) << note;
  }
}

TEST_F(SuccessorsTest, SeesANewGenerationHoweverSoonAfterALook) {
  for (int i = 1; i <= 30; ++i) {
    const BootTime enrolled = i * 10s;
    Add(Generation(enrolled));
    EXPECT_EQ(successors_.SupersededAt(Generation(enrolled - 10s)), enrolled) << i;
    if (i % 10 == 0) std::this_thread::sleep_for(60ms);  // so that a look finds nothing new
    EXPECT_EQ(successors_.SupersededAt(Generation(enrolled - 10s)), enrolled) << i;
  }
}

TEST_F(SuccessorsTest, ListsNothingWhileNothingComesOrGoes) {
  const std::string path = Add(Generation(20s));
  std::this_thread::sleep_for(60ms);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
  std::filesystem::rename(path + "/enrolment.json",
                          path + "/hidden");  // no change of what holds it
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s) << "it was not listed again";
  std::filesystem::remove_all(path);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), std::nullopt);
}

TEST_F(SuccessorsTest, OneThatCouldNotBeReadIsTriedAgain) {
  const std::string path = Add(Generation(20s));
  const std::string file = path + "/enrolment.json";
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  std::this_thread::sleep_for(60ms);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), std::nullopt) << "it is not believed";
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::remove);
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
}

TEST_F(SuccessorsTest, ReadsAnEnrolmentOnceHoweverOftenItIsAsked) {
  const std::string path = Add(Generation(20s));
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
  std::filesystem::resize_file(path + "/enrolment.json", 0);  // read again, it would be none
  EXPECT_EQ(successors_.SupersededAt(Generation(10s)), 20s);
}

}  // namespace
}  // namespace headroom
