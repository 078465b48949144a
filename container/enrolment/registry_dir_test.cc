#include "container/enrolment/registry_dir.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/testing/temporary_directory.h"
#include "base/unique_fd.h"
#include "container/enrolment/state_paths.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

Enrolment Example(const std::string& id = "web", std::uint64_t start = FakeHost::kInitStart) {
  Enrolment enrolment;
  enrolment.id = id;
  enrolment.engine = "runc";
  enrolment.boot_id = "boot";
  enrolment.init = {.pid = FakeHost::kInit, .start_ticks = start};
  enrolment.cgroup.path = "/a";
  enrolment.cgroup.inode = 5;
  return enrolment;
}

class RegistryDirTest : public testing::Test {
 protected:
  /// The one entry that is there.
  RegistryDir::Entry Only() {
    const auto entries = registry_.List();
    EXPECT_TRUE(entries && entries->size() == 1);
    return entries && !entries->empty() ? entries->front() : RegistryDir::Entry{};
  }

  TemporaryDirectory run_;
  RegistryDir registry_{run_.path()};
};

TEST_F(RegistryDirTest, GivesBackWhatWasAdded) {
  ASSERT_TRUE(registry_.Add(Example()));
  const auto read = registry_.Read(Only());
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(read->id, "web");
  EXPECT_TRUE(registry_.Has(Example()));
  EXPECT_FALSE(registry_.Has(Example("web", 1)));
}

TEST_F(RegistryDirTest, TheFirstRegistrationOfAGenerationStays) {
  const auto first = registry_.Add(Example());
  ASSERT_TRUE(first);
  Enrolment again = Example();
  again.name = "another";
  EXPECT_EQ(registry_.Add(again), *first);
  EXPECT_EQ(registry_.Read(Only())->name, "");
}

TEST_F(RegistryDirTest, ARestartIsASecondGeneration) {
  ASSERT_TRUE(registry_.Add(Example("web", 1)));
  ASSERT_TRUE(registry_.Add(Example("web", 2)));
  EXPECT_EQ(registry_.List()->size(), 2U);
}

TEST_F(RegistryDirTest, NobodyMeetsHalfAGeneration) {
  ASSERT_TRUE(registry_.Add(Example()));
  EXPECT_TRUE(std::filesystem::is_empty(run_.path() + "/incoming"));
  std::filesystem::create_directories(registry_.containers_dir() + "/runc-0-x/empty");
  run_.Write("containers/stray", "x");
  EXPECT_EQ(registry_.List()->size(), 1U) << "a directory without a record is no generation";
}

TEST_F(RegistryDirTest, WhatAKilledHookLeftHalfDoneGoesAfterAWhile) {
  using namespace std::chrono_literals;
  EXPECT_TRUE(registry_.SweepIncoming(NowBoot())) << "nothing was ever there";
  ASSERT_TRUE(registry_.Add(Example()));
  const std::filesystem::path incoming = run_.path() + "/incoming";
  const BootTime now = 1h;
  const std::string old = fmt::format("12-{}", BootTime(now - 10min).count());
  const std::string young = fmt::format("12-{}", BootTime(now - 9min).count());
  for (const std::string& name : {old, young, std::string("12-x"), std::string("-1"),
                                  std::string("12-99999999999999999999"), std::string("1")}) {
    std::filesystem::create_directories(incoming / name / "enrolment.json");
  }
  EXPECT_TRUE(registry_.SweepIncoming(now));
  std::set<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(incoming)) {
    left.insert(entry.path().filename());
  }
  EXPECT_EQ(left, (std::set<std::string>{young, "12-x", "-1", "12-99999999999999999999", "1"}));
}

TEST_F(RegistryDirTest, IsEmptyBeforeAnythingWasAdded) { EXPECT_TRUE(registry_.List()->empty()); }

TEST_F(RegistryDirTest, DirectoriesArePrivate) {
  const auto path = registry_.Add(Example());
  ASSERT_TRUE(path);
  struct stat info{};
  ASSERT_EQ(stat(path->c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  ASSERT_EQ(stat((*path + "/enrolment.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(RegistryDirTest, BelievesNoFileThatOthersMayWrite) {
  const auto path = registry_.Add(Example());
  ASSERT_EQ(chmod((*path + "/enrolment.json").c_str(), 0620), 0);
  const auto read = registry_.Read(Only());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kDenied);
}

TEST_F(RegistryDirTest, BelievesNoDirectoryThatOthersMayWrite) {
  ASSERT_TRUE(registry_.Add(Example()));
  const RegistryDir::Entry entry = Only();
  ASSERT_EQ(chmod(registry_.containers_dir().c_str(), 0770), 0);
  EXPECT_EQ(registry_.Read(entry).error().code, ErrorCode::kDenied);
}

TEST_F(RegistryDirTest, BelievesNoFileWithASecondName) {
  const auto path = registry_.Add(Example());
  ASSERT_EQ(link((*path + "/enrolment.json").c_str(), (run_.path() + "/other").c_str()), 0);
  EXPECT_EQ(registry_.Read(Only()).error().code, ErrorCode::kDenied);
}

TEST_F(RegistryDirTest, FollowsNoLinkAndWaitsForNoPipe) {
  const auto path = registry_.Add(Example());
  const std::string file = *path + "/enrolment.json";
  ASSERT_EQ(rename(file.c_str(), (run_.path() + "/real").c_str()), 0);
  ASSERT_EQ(symlink((run_.path() + "/real").c_str(), file.c_str()), 0);
  const auto linked = registry_.Read(Only());
  ASSERT_FALSE(linked);
  EXPECT_NE(linked.error().Message().find(file), std::string::npos) << linked.error().Message();
  ASSERT_EQ(unlink(file.c_str()), 0);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(registry_.Read(Only()).error().code, ErrorCode::kDenied);
}

TEST_F(RegistryDirTest, BelievesNoRecordWithoutAnInit) {
  Enrolment nobody = Example();
  nobody.init = {};
  ASSERT_TRUE(registry_.Add(nobody));
  const auto read = registry_.Read(registry_.List()->at(0));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().Message().find("has no init"), std::string::npos);
}

TEST_F(RegistryDirTest, BelievesNoRecordUnderAnotherName) {
  ASSERT_TRUE(registry_.Add(Example()));
  std::filesystem::rename(registry_.containers_dir() + "/runc-0-web",
                          registry_.containers_dir() + "/runc-0-db");
  EXPECT_EQ(registry_.Read(Only()).error().code, ErrorCode::kMalformed);
}

TEST_F(RegistryDirTest, RemovesTheContainerWithItsLastGeneration) {
  ASSERT_TRUE(registry_.Add(Example("web", 1)));
  ASSERT_TRUE(registry_.Add(Example("web", 2)));
  const auto entries = registry_.List();
  ASSERT_TRUE(entries);
  for (const auto& entry : *entries) EXPECT_TRUE(registry_.Remove(entry));
  EXPECT_TRUE(std::filesystem::is_empty(registry_.containers_dir()));
  ASSERT_TRUE(registry_.Add(Example()));
  const RegistryDir::Entry entry = Only();
  EXPECT_TRUE(registry_.Remove(entry));
  EXPECT_TRUE(registry_.Remove(entry)) << "already gone is success";
}

TEST_F(RegistryDirTest, AFullPlaceIsAnErrorThatNamesIt) {
  run_.Write("file", "");
  const auto added = RegistryDir(run_.path() + "/file").Add(Example());
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().where.find("/file"), std::string::npos);
}

TEST_F(RegistryDirTest, WhateverItsOwnerChoosesAContainerIsAddedSoThatItCanBeRead) {
  Enrolment enrolment = Example();
  enrolment.policy = DecisionRecord{.mode = "tripwire", .facts = {}};
  enrolment.policy->facts = fmt::format(R"({{"label_keys":["{}"]}})", std::string(2U << 20U, 'x'));
  enrolment.ancestors.resize(300);
  ASSERT_TRUE(registry_.Add(enrolment));
  const auto read = registry_.Read(Only());
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(read->id, "web");
}

TEST_F(RegistryDirTest, WhatNobodyCouldReadIsNotAdded) {
  Enrolment enrolment = Example();
  enrolment.bundle_dir = "/" + std::string(2U << 20U, 'x');
  const auto added = registry_.Add(enrolment);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(registry_.List()->empty());
  EXPECT_TRUE(!std::filesystem::exists(run_.path() + "/incoming") ||
              std::filesystem::is_empty(run_.path() + "/incoming"));
}

class MarkStoppedTest : public RegistryDirTest {
 protected:
  FakeHost host_;
};

TEST_F(MarkStoppedTest, MarksOnlyGenerationsWhoseInitIsDead) {
  ASSERT_TRUE(registry_.Add(Example("web", FakeHost::kInitStart)));
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0) << "it is alive";
  EXPECT_FALSE(registry_.IsStopped(Only()));
  host_.AddProcess(FakeHost::kInit, "other", 1, 5, "/");
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 1) << "the number belongs to another";
  EXPECT_TRUE(registry_.IsStopped(Only()));
}

TEST_F(MarkStoppedTest, AZombieIsDeadAndTwiceIsOnce) {
  ASSERT_TRUE(registry_.Add(Example()));
  host_.AddProcess(FakeHost::kInit, "init", 1, FakeHost::kInitStart, "/", 'Z');
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 1);
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0);
}

TEST_F(MarkStoppedTest, KnowsAnIdByHeartAndNotByItsEnding) {
  ASSERT_TRUE(registry_.Add(Example("my-web", 1)));
  ASSERT_TRUE(registry_.Add(Example(std::string("\xff/") + std::string(500, 'x'), 1)));
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0);
  EXPECT_EQ(registry_.MarkStopped(host_.view(), std::string("\xff/") + std::string(500, 'x')), 1);
}

/// As a version before wrote them, or a disk that is broken.
TEST_F(MarkStoppedTest, WhatNobodyCanReadGoesOnceNoProcessIsAsOldAsItsInit) {
  for (const std::string& text : {std::string("nonsense"), std::string(2U << 20U, ' ')}) {
    const auto path = registry_.Add(Example());
    ASSERT_TRUE(path);
    run_.Write(path->substr(run_.path().size() + 1) + "/enrolment.json", text);
    host_.AddProcess(FakeHost::kInit, "init", 1, FakeHost::kInitStart, "/");
    EXPECT_EQ(registry_.MarkStopped(host_.view(), "other"), 0);
    EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0);
    EXPECT_EQ(registry_.List()->size(), 1U) << "it may be alive";
    host_.AddProcess(FakeHost::kInit, "other", 1, 5, "/");
    EXPECT_EQ(registry_.MarkStopped(host_.view(), "other"), 0);
    EXPECT_EQ(registry_.List()->size(), 1U) << "nobody said that this one has stopped";
    EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0);
    EXPECT_TRUE(registry_.List()->empty());
  }
}

TEST_F(MarkStoppedTest, WhatOthersMayHaveWrittenStaysForTheOperator) {
  const auto path = registry_.Add(Example());
  ASSERT_TRUE(path);
  ASSERT_EQ(chmod((*path + "/enrolment.json").c_str(), 0620), 0);
  host_.AddProcess(FakeHost::kInit, "other", 1, 5, "/");
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0);
  EXPECT_EQ(registry_.List()->size(), 1U);
}

TEST_F(MarkStoppedTest, NothingRegisteredIsNothingMarked) {
  EXPECT_EQ(registry_.MarkStopped(host_.view(), "web"), 0);
}

TEST(Doorbell, TellsWhetherSomebodyListens) {
  const TemporaryDirectory run;
  EXPECT_FALSE(RingDoorbell(run.path()));
  EXPECT_FALSE(DoorbellHasListener(run.path()));
  const UniqueFd listener(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (run.path() + "/doorbell").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_TRUE(DoorbellHasListener(run.path()));
  char byte = 0;
  EXPECT_LT(recv(listener.get(), &byte, 1, 0), 0) << "looking rings nothing";
  EXPECT_TRUE(RingDoorbell(run.path()));
  EXPECT_EQ(recv(listener.get(), &byte, 1, 0), 0);
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(RingDoorbell(run.path())) << "a full queue is no loss";
}

TEST(Doorbell, APathThatIsTooLongIsNobody) {
  EXPECT_FALSE(RingDoorbell(std::string(200, 'x')));
  EXPECT_FALSE(DoorbellHasListener(std::string(200, 'x')));
}

TEST(StatePaths, RootOfTheMachineUsesTheSystemsPlaces) {
  const StatePaths paths = StatePathsFor(
      {.system = true, .uid = 0, .xdg_runtime_dir = "/x", .xdg_state_home = {}, .home = {}});
  EXPECT_EQ(paths.run_dir, "/run/headroom");
  EXPECT_EQ(paths.store_dir, "/var/lib/headroom/bundles");
  EXPECT_EQ(paths.config_dir, "/etc/headroom");
}

TEST(StatePaths, AUserHasPlacesOfTheirOwn) {
  const StatePaths paths = StatePathsFor({.system = false,
                                          .uid = 1000,
                                          .xdg_runtime_dir = "/run/user/1000",
                                          .xdg_state_home = "/data/state",
                                          .home = "/home/me"});
  EXPECT_EQ(paths.run_dir, "/run/user/1000/headroom");
  EXPECT_EQ(paths.store_dir, "/data/state/headroom/bundles");
}

TEST(StatePaths, AnEmptyEnvironmentAndRelativePathsStillGivePlaces) {
  const StatePaths bare = StatePathsFor(
      {.system = false, .uid = 1000, .xdg_runtime_dir = {}, .xdg_state_home = {}, .home = {}});
  EXPECT_EQ(bare.run_dir, "/run/user/1000/headroom");
  EXPECT_EQ(bare.store_dir, "/run/user/1000/headroom/bundles");
  const StatePaths relative = StatePathsFor(
      {.system = false, .uid = 7, .xdg_runtime_dir = "tmp", .xdg_state_home = "", .home = "/h"});
  EXPECT_EQ(relative.run_dir, "/run/user/7/headroom");
  EXPECT_EQ(relative.store_dir, "/h/.local/state/headroom/bundles");
}

TEST(OutsideUid, FollowsTheMapOfTheUserNamespace) {
  EXPECT_EQ(OutsideUid("         0          0 4294967295\n", 0), 0U);
  EXPECT_EQ(OutsideUid("0 1000 1\n1 100000 65536\n", 0), 1000U);
  EXPECT_EQ(OutsideUid("0 1000 1\n1 100000 65536\n", 5), 100004U);
  EXPECT_EQ(OutsideUid("0 1000 1\n", 1), std::nullopt);
  EXPECT_EQ(OutsideUid("nonsense\n", 0), std::nullopt);
}

}  // namespace
}  // namespace headroom
