#include "cli/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "cli/testing/machine.h"
#include "container/marks/armed_marks.h"
#include "container/marks/frozen_marks.h"
#include "evidence/recorder.h"
#include "kernel/cgroup/tripwire_high.h"

namespace headroom {
namespace {

using namespace testing_evidence;

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST(Program, WrongUsageIsOneLineAndStatusTwo) {
  const Machine machine;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{},
        {"frobnicate"},
        {"why", "a", "b"},
        {"why", "a", "--last"},
        {"why", ""},
        {"why", "a", "--store", ""},
        {"bundles", "--store", ""},
        {"bundles", "--store", "/no/such/store"},
        {"bundles", "--store", "/proc/self/stat"},
        {"bundle", "prune", "--keep", "1", "--store", "/no/such/store"},
        {"why", "--colour"},
        {"disarm"},
        {"ps", "web"},
        {"why", "--store"}}) {
    const auto ran = machine.Run(arguments);
    EXPECT_EQ(ran.status, CliStatus::kUsage) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    EXPECT_TRUE(Holds(ran.err, "headroom --help")) << ran.err;
  }
}

TEST(Program, HelpDocumentsEveryExitStatus) {
  const Machine machine;
  const auto ran = machine.Run({"--help"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_EQ(ran.err, "");
  for (const char* status : {" 0 ", " 1 ", " 2 ", "\n3 ", " 4 ", "\n5 ", " 6 "}) {
    EXPECT_TRUE(Holds(ran.out, status)) << status << ran.out;
  }
  EXPECT_EQ(machine.Run({"why", "--help"}).status, CliStatus::kDone);
  EXPECT_TRUE(machine.Run({"--version"}).out.starts_with("headroom "));
}

TEST(KernelLog, IsExplainedWithoutAnyBundle) {
  const Machine machine;
  const TemporaryDirectory directory;
  directory.Write("kern.log",
                  "Nov 23 14:16:19 box kernel: Out of memory: Killed process 7 (a\x1b[2J) "
                  "total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB\n");
  directory.Write("quiet.log", "Nov 23 14:16:19 box app: Out of memory: Killed process 7 (a)\n");
  directory.Write("kern.log.2.gz", "\x1f\x8b...");
  const auto text = machine.Run({"why", "--kernel-log", directory.path() + "/kern.log"});
  EXPECT_EQ(text.status, CliStatus::kDone) << text.err;
  EXPECT_TRUE(Holds(text.out, "pid 7 a\\x1b[2J was killed as the host had no memory left"))
      << text.out;
  const auto ran = machine.Run({"why", "--json", "--kernel-log", directory.path() + "/kern.log"});
  const auto document = ParseJson(ran.out, "out");
  ASSERT_TRUE(document) << ran.out;
  EXPECT_EQ((*document)["events"].at(0)["victim"]["anon_rss_kb"], 4);
  const auto quiet = machine.Run({"why", "--kernel-log", directory.path() + "/quiet.log"});
  EXPECT_EQ(quiet.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(quiet.out, "no OOM kill")) << quiet.out;
  const auto packed = machine.Run({"why", "--kernel-log", directory.path() + "/kern.log.2.gz"});
  EXPECT_EQ(packed.status, CliStatus::kUnreadable);
  EXPECT_TRUE(Holds(packed.err, "zcat ")) << packed.err;
  EXPECT_EQ(machine.Run({"why", "--kernel-log", directory.path() + "/none"}).status,
            CliStatus::kNotFound);
  EXPECT_EQ(machine.Run({"why", "web", "--kernel-log", "x"}).status, CliStatus::kUsage);
}

TEST(Bundles, AreListedNewestFirst) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({.id = "3f1c", .name = "web", .engine = "docker"}));
  const std::string newer = machine.Publish(MadeDraft({.id = "db", .later = 60s}));
  const auto ran = machine.Run({"bundles"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  const std::size_t first = ran.out.find("db");
  EXPECT_LT(first, ran.out.find("web")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "2025-11-21 03:13:44 UTC")) << ran.out;
  const auto json = ParseJsonObject(machine.Run({"bundles", "--json"}).out, "out");
  ASSERT_TRUE(json.has_value());
  ASSERT_EQ((*json)["bundles"].size(), 2U);
  EXPECT_EQ((*json)["bundles"][0]["path"], newer);
  EXPECT_EQ((*json)["bundles"][1]["container"], "web");
  EXPECT_EQ((*json)["bundles"][1]["engine"], "docker");
  EXPECT_EQ((*json)["bundles"][1]["kind"], "oom-kill");
}

TEST(Bundles, WhatCannotBeReadIsToldInOneLineAndHidesNothingElse) {
  const Machine machine;
  for (const char* id : {"db", "web"}) (void)machine.Publish(Explained(MadeDraft({.id = id})));
  std::size_t told = 0;
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"bundles"},
                                                    {"why", "--json"},
                                                    {"bundle", "prune", "--keep", "9"}}) {
    for (std::size_t at = 0;; ++at) {
      const FaultPlan plan(at, Fault::kFails, EIO, "openat");
      const auto ran = machine.Run(arguments);
      if (plan.struck() == nullptr) break;
      if (!Holds(ran.err, "passed over")) continue;
      ++told;
      EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
      EXPECT_TRUE(Holds(ran.err, "headroom: " + machine.store_dir() + "/runc-")) << ran.err;
      const bool hides_db = Holds(ran.err, "/runc-db");
      if (arguments[0] == "bundles") {
        EXPECT_EQ(Holds(ran.out, "/runc-db/"), !hides_db) << ran.out;
      }
      EXPECT_EQ(ran.status, arguments[0] == "bundle" ? CliStatus::kIncomplete : CliStatus::kDone)
          << ran.err;
    }
  }
  EXPECT_GE(told, 6U);
}

TEST(Bundles, WhereNothingCanBeReadThatIsTheAnswer) {
  const Machine machine;
  (void)machine.Publish(Explained(MadeDraft({})));
  const FaultPlan plan(2, Fault::kFails, EIO, "openat");  // behind the store and its list
  const auto ran = machine.Run({"bundles"});
  EXPECT_EQ(ran.status, CliStatus::kUnreadable);
  EXPECT_TRUE(Holds(ran.err, "/runc-web: cannot be opened (")) << ran.err;
}

/// The engine's name has the dash that divides it from the id.
TEST(Bundles, OfCriOWithoutAReadableContainerKeepTheirEngineAndId) {
  const Machine machine;
  const std::string path = machine.Publish(MadeDraft({.id = "3f1c", .engine = "cri-o"}));
  machine.dir().Write(path.substr(machine.dir().path().size() + 1) + "/container.json", "{");
  const auto json = ParseJsonObject(machine.Run({"bundles", "--json"}).out, "out");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)["bundles"][0]["container"], "3f1c");
  EXPECT_EQ((*json)["bundles"][0]["engine"], "cri-o");
}

TEST(Bundles, NoneIsNoIncidentAndStillValidJson) {
  const Machine machine;
  EXPECT_EQ(machine.Run({"bundles"}).status, CliStatus::kNoIncident);
  const auto ran = machine.Run({"bundles", "--json"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.out, "\"bundles\": []"));
}

/// One enrolled, running container.
class PsTest : public testing::Test {
 protected:
  void SetUp() override {
    container_ = MadeDraft({}).container;
    container_.name = "shop";
    machine_.MakeCgroup(container_);
    machine_.MakeProcess(container_.init);
  }
  /// The lock that a headroomd holds.
  void StartSupervisor() {
    machine_.dir().Write("run/headroomd.lock", "");
    lock_ = OpenAt(AT_FDCWD, machine_.run_dir() + "/headroomd.lock", O_RDONLY).value();
    ASSERT_EQ(flock(lock_.get(), LOCK_EX), 0);
  }
  [[nodiscard]] std::string State() const {
    const auto json = ParseJsonObject(machine_.Run({"ps", "--json"}).out, "out");
    return (*json)["containers"].at(0)["state"];
  }

  Machine machine_;
  Enrolment container_;
  UniqueFd lock_;
};

TEST_F(PsTest, ShowsUseAgainstTheLimit) {
  (void)machine_.Enrol(container_);
  const auto ran = machine_.Run({"ps"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  for (const char* piece : {"shop", "runc", "64 MiB", "40 MiB 62 %", "none"}) {
    EXPECT_TRUE(Holds(ran.out, piece)) << piece << "\n" << ran.out;
  }
}

TEST_F(PsTest, WithoutASupervisorNothingIsWatched) {
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "unwatched: no supervisor");
  machine_.dir().Write("run/headroomd.lock", "");  // left over, held by nobody
  EXPECT_EQ(State(), "unwatched: no supervisor");
}

TEST_F(PsTest, WithASupervisorItIsWatchedAndArmedWhileAWireStandsInIt) {
  StartSupervisor();
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "watched");
  const ArmedMarks marks(machine_.run_dir());
  const HostView host{.proc = machine_.dir().path() + "/proc",
                      .cgroup_root = machine_.dir().path() + "/cgroup"};
  const auto cgroup = CgroupDir::Open(host, container_.cgroup.path).value();
  ASSERT_TRUE(marks.Set(cgroup, Bytes{66000000}));
  EXPECT_EQ(State(), "watched") << "marked before it is written";
  machine_.MakeCgroup(container_, "66000000");
  EXPECT_EQ(State(), "watched, armed");
  marks.Clear(cgroup);
  EXPECT_NE(State(), "watched, armed");
}

TEST_F(PsTest, WhatTheRecorderSaidLastIsNotWhetherItIsArmedNow) {
  StartSupervisor();
  const std::string path = machine_.Enrol(container_);
  auto recorder = Recorder::Open(path + "/recorder");
  Sample sample;
  sample.armed = true;
  recorder->Add(sample);
  EXPECT_EQ(State(), "watched");
}

TEST_F(PsTest, SaysWhyAContainerIsOnlyObserved) {
  StartSupervisor();
  container_.ancestors[0].limits.max = Limit(Mebibytes(32));
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "observed: /box.slice above it is the tighter limit");
}

TEST_F(PsTest, AnEqualLimitAboveDoesNotKeepAWireDown) {
  StartSupervisor();
  container_.ancestors[0].limits.max = Limit(Mebibytes(64));
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "watched");
}

TEST_F(PsTest, SaysThatAThrottleCannotBeHadWithoutPressure) {
  StartSupervisor();
  container_.mode = Mode::kThrottle;
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "observed: mode throttle needs the pressure of its cgroup (PSI)");
}

TEST_F(PsTest, WhatModeThrottleWantsIsNobodyElses) {
  StartSupervisor();
  container_.mode = Mode::kThrottle;
  machine_.MakeCgroup(container_,
                      std::to_string(ThrottleHigh(container_.throttle, Mebibytes(64)).value));
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "observed: mode throttle needs the pressure of its cgroup (PSI)");
}

TEST_F(PsTest, SaysThatMemoryHighHasAnotherOwner) {
  StartSupervisor();
  machine_.MakeCgroup(container_, "50000000");
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "observed: its memory.high is set by somebody else");
}

TEST_F(PsTest, SaysThatPolicyOrTheCgroupIsWhyItIsObserved) {
  StartSupervisor();
  container_.own_cgroup = false;
  container_.not_own_reason = "its cgroup is also that of the engine";
  (void)machine_.Enrol(container_);
  EXPECT_EQ(State(), "observed: its cgroup is also that of the engine");
}

TEST_F(PsTest, AReusedPidIsNotTheContainer) {
  (void)machine_.Enrol(container_);
  machine_.MakeProcess({container_.init.pid, container_.init.start_ticks + 1});
  EXPECT_EQ(State(), "ended, no supervisor");
}

TEST_F(PsTest, AZombieHasEnded) {
  (void)machine_.Enrol(container_);
  machine_.MakeProcess(container_.init, 'Z');
  EXPECT_EQ(State(), "ended, no supervisor");
}

TEST_F(PsTest, NamesTheLastIncident) {
  (void)machine_.Enrol(container_);
  const std::string bundle = machine_.Publish(MadeDraft({}));
  EXPECT_TRUE(Holds(machine_.Run({"ps"}).out, "2025-11-21 03:12:44 UTC oom-kill"));
  EXPECT_TRUE(Holds(machine_.Run({"ps", "--json"}).out, bundle));
}

TEST_F(PsTest, NoneEnrolledIsAnEmptyList) {
  const auto ran = machine_.Run({"ps"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(Holds(machine_.Run({"ps", "--json"}).out, "\"containers\": []"));
}

class DisarmTest : public PsTest {
 protected:
  /// A limit that is large enough for a wire on a host of any number of CPUs.
  static constexpr Bytes kLimit = Mebibytes(65536);
  /// What headroomd would write for it on this host.
  static std::string Tripwire() {
    return ToCgroupText(Limit(TripwireHigh(kLimit, ThrottleModelOfThisHost()).value()));
  }
  void MakeCgroupWith(const std::string& high) {
    machine_.MakeCgroup(container_, high);
    machine_.dir().Write("cgroup" + container_.cgroup.path + "/memory.max",
                         ToCgroupText(Limit(kLimit)));
  }
  [[nodiscard]] CgroupDir Cgroup() const {
    return CgroupDir::Open({.cgroup_root = machine_.dir().path() + "/cgroup"},
                           container_.cgroup.path)
        .value();
  }
  [[nodiscard]] std::string High(const std::string& below = "") const {
    const std::string cgroup = machine_.dir().path() + "/cgroup" + container_.cgroup.path + below;
    return ReadFileAt(AT_FDCWD, cgroup + "/memory.high", 100).value();
  }
};

TEST_F(DisarmTest, LiftsTheNumberThatHeadroomdWrites) {
  MakeCgroupWith(Tripwire());
  (void)machine_.Enrol(container_);
  const auto ran = machine_.Run({"disarm", "--all"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "/box.slice/web: memory.high was " + Tripwire())) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "1 tripwires lifted")) << ran.out;
  EXPECT_TRUE(High().starts_with("max")) << High();
}

TEST_F(DisarmTest, LiftsTheWireOfACgroupThatTheContainerMade) {
  machine_.MakeCgroup(container_);
  const std::string job = "cgroup" + container_.cgroup.path + "/job/";
  machine_.dir().Write(job + "cgroup.controllers", "memory\n");
  machine_.dir().Write(job + "memory.max", ToCgroupText(Limit(kLimit)));
  machine_.dir().Write(job + "memory.high", Tripwire() + "\n");
  (void)machine_.Enrol(container_);
  EXPECT_EQ(machine_.Run({"disarm", "--all"}).status, CliStatus::kDone);
  EXPECT_TRUE(High("/job").starts_with("max")) << High("/job");
}

TEST_F(DisarmTest, LeavesANumberOfSomebodyElses) {
  MakeCgroupWith("50000000");
  (void)machine_.Enrol(container_);
  const auto ran = machine_.Run({"disarm", "--all"});
  EXPECT_TRUE(Holds(ran.out, "0 tripwires lifted, 1 containers enrolled")) << ran.out;
  EXPECT_EQ(High(), "50000000\n");
}

TEST_F(DisarmTest, NeverTouchesAnotherCgroupOfTheSameName) {
  MakeCgroupWith(Tripwire());
  container_.cgroup.inode += 1;
  (void)machine_.Enrol(container_);
  EXPECT_EQ(machine_.Run({"disarm", "--all"}).status, CliStatus::kDone);
  EXPECT_EQ(High(), Tripwire() + "\n");
}

TEST_F(DisarmTest, LiftsWhatIsMarkedAlsoWhereTheLimitHasChangedMeanwhile) {
  MakeCgroupWith("4096000");
  (void)machine_.Enrol(container_);
  const CgroupDir cgroup = Cgroup();
  ASSERT_TRUE(ArmedMarks(machine_.run_dir()).Set(cgroup, Bytes{4096000}));
  const auto ran = machine_.Run({"disarm", "--all"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "/box.slice/web: memory.high was 4096000")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "1 tripwires lifted, 1 containers enrolled")) << ran.out;
  EXPECT_TRUE(High().starts_with("max")) << High();
}

TEST_F(DisarmTest, ThawsWhatWeFrozeAndNothingElse) {
  MakeCgroupWith("max");
  const std::string files = "cgroup" + container_.cgroup.path;
  machine_.dir().Write(files + "/cgroup.freeze", "1\n");
  machine_.dir().Write(files + "/cgroup.events", "populated 1\nfrozen 1\n");
  (void)machine_.Enrol(container_);
  const auto wanted = [&] {
    return ReadFileAt(machine_.dir().fd(), files + "/cgroup.freeze", 100).value().substr(0, 1);
  };
  EXPECT_EQ(machine_.Run({"disarm", "--all"}).status, CliStatus::kDone);
  EXPECT_EQ(wanted(), "1") << "an engine's pause";
  const CgroupDir cgroup = Cgroup();
  ASSERT_TRUE(FrozenMarks(machine_.run_dir()).Set(cgroup));
  const auto ran = machine_.Run({"disarm", "--all"});
  EXPECT_TRUE(Holds(ran.out, "/box.slice/web: was frozen, now thawed")) << ran.out;
  EXPECT_EQ(wanted(), "0");
}

TEST_F(DisarmTest, SaysThatALivingSupervisorArmsAgain) {
  StartSupervisor();
  EXPECT_TRUE(Holds(machine_.Run({"disarm", "--all"}).out, "; systemctl stop headroomd first"));
  EXPECT_TRUE(Holds(machine_.Run({"disarm", "--all"}, false, false).out,
                    "; systemctl --user stop headroomd first"));
}

TEST_F(DisarmTest, SaysHowTheOneIsStoppedThatRuns) {
  StartSupervisor();
  const UniqueFd file = OpenAt(AT_FDCWD, machine_.run_dir() + "/headroomd.lock", O_WRONLY).value();
  ASSERT_EQ(pwrite(file.get(), "4242\n", 5, 0), 5);
  machine_.dir().Write("proc/4242/stat",
                       "4242 (headroomd) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 5 1000 10 0 "
                       "0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  machine_.dir().Write("proc/4242/cgroup", "0::/headroom.slice/headroomd-embedded.service\n");
  const auto ran = machine_.Run({"disarm", "--all"});
  EXPECT_TRUE(Holds(ran.out, "; systemctl stop headroomd-embedded first")) << ran.out;
  const auto user = machine_.Run({"disarm", "--all"}, false, false);
  EXPECT_TRUE(Holds(user.out, "; systemctl --user stop headroomd-embedded first")) << user.out;
  machine_.dir().Write("proc/4242/cgroup", "0::/headroom\n");
  const auto detached = machine_.Run({"disarm", "--all"});
  EXPECT_TRUE(Holds(detached.out, "; kill 4242 first")) << detached.out;
}

}  // namespace
}  // namespace headroom
