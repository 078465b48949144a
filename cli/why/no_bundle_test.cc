#include <fmt/format.h>
#include <gtest/gtest.h>
#include <time.h>

#include <filesystem>

#include "cli/testing/machine.h"
#include "evidence/docker_local_log.h"
#include "evidence/testing/docker_local.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

const std::string kId = std::string(60, 'a') + "0123";
const std::string kOther = std::string(64, 'b');

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

std::int64_t MicrosSinceBoot() {
  timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/// The records of one kill in `cgroup`, a second ago, behind one of the kernel's start.
std::string KillIn(const std::string& cgroup) {
  const std::int64_t at = MicrosSinceBoot() - 1000000;
  return fmt::format(
      "6,0,0,-;Linux version 6.1.0\n"
      "4,900,{0},-;eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
      "6,901,{0},-;memory: usage 65536kB, limit 65536kB, failcnt 19\n"
      "6,902,{0},-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
      "oom_memcg={1},task_memcg={1},task=eat,pid=4321,uid=0\n"
      "3,903,{0},-;Memory cgroup out of memory: Killed process 4321 (eat) total-vm:90000kB, "
      "anon-rss:60000kB, file-rss:4kB, shmem-rss:0kB, UID:0 pgtables:100kB oom_score_adj:0\n",
      at, cgroup);
}

class Bare : public testing::Test {
 protected:
  Bare() {
    machine_.others = {.kmsg = machine_.dir().path() + "/kmsg",
                       .docker = DockerPlaces{.config = machine_.dir().path() + "/daemon.json",
                                              .root = machine_.dir().path() + "/docker"},
                       .storage_dir = machine_.dir().path() + "/storage"};
    Log("6,0,0,-;Linux version 6.1.0\n");
  }
  void Log(const std::string& records) const { machine_.dir().Write("kmsg", records); }
  void Docker(const std::string& id, const std::string& name, int status,
              const std::string& root = "docker") const {
    machine_.dir().Write(
        root + "/containers/" + id + "/config.v2.json",
        fmt::format(R"({{"ID":"{}","Name":"/{}","Config":{{"Image":"shop"}},"State":{{
                        "Running":false,"OOMKilled":false,"ExitCode":{},"Error":"",
                        "StartedAt":"{}","FinishedAt":"{}"}}}})",
                    id, name, status, ToIso8601(NowWall() - std::chrono::seconds(600)),
                    ToIso8601(NowWall())));
  }
  Machine machine_;
};

using WhyWithoutBundle = Bare;

TEST_F(WhyWithoutBundle, AKillInTheLogIsToldOfAContainerThatDockerKnows) {
  Docker(kId, "web", 137);
  Log(KillIn("/system.slice/docker-" + kId + ".scope"));
  for (const std::string& subject : {std::string("web"), kId, kId.substr(0, 12)}) {
    const auto ran = machine_.Run({"why", subject});
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
    EXPECT_TRUE(Holds(ran.out, "the kernel's OOM killer killed pid 4321 eat of web (docker,"))
        << ran.out;
    EXPECT_TRUE(Holds(ran.out, "inferred")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, "/dev/kmsg seq 903")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, "config.v2.json State.ExitCode")) << ran.out;
  }
}

TEST_F(WhyWithoutBundle, AnEndBySigkillThatTheLogKnowsNothingOfWasNotTheKernels) {
  Docker(kId, "web", 137);
  const auto ran = machine_.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "killer")) << ran.out;
  EXPECT_TRUE(Holds(machine_.Run({"why", "web", "--json"}).out, "\"cause\": \"unknown\""));
}

TEST_F(WhyWithoutBundle, AsJsonItIsTheVerdictWithoutABundle) {
  Docker(kId, "web", 0);
  const auto ran = machine_.Run({"why", "web", "--json"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(ran.out, "\"cause\": \"not-killed\"")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "\"confidence\": \"inferred\"")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "\"bundle\": null")) << ran.out;
}

TEST_F(WhyWithoutBundle, OneThatNoEngineKnowsAnyMoreIsFoundInTheLogByItsId) {
  Log(KillIn("/machine.slice/libpod-" + kOther + ".scope/container"));
  const auto ran = machine_.Run({"why", kOther.substr(0, 12)});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "which no engine here knows any more")) << ran.out;
}

TEST_F(WhyWithoutBundle, TheLastWordsInTheLogOfDockersDriverLocalAreToldWhereverDockerKeepsIt) {
  Docker(kId, "web", 134, "srv");
  machine_.dir().Write("daemon.json", R"({"data-root": ")" + machine_.dir().path() + R"(/srv"})");
  machine_.dir().Write("srv/containers/" + kId + "/" + std::string(kDockerLocalLog),
                       LocalRecord({.stream = "stderr",
                                    .nanoseconds = NowWall().count(),
                                    .line = "  what():  std::bad_alloc"}));
  const auto ran = machine_.Run({"why", "web"});
  EXPECT_TRUE(Holds(ran.out, "\"what(): std::bad_alloc\"")) << ran.out << ran.err;
}

TEST_F(WhyWithoutBundle, SeveralThatFitAreListedAndNoneIsChosen) {
  Docker(kId, "web-1", 137);
  Docker(kOther, "web-2", 0);
  const auto ran = machine_.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kAmbiguous);
  EXPECT_TRUE(Holds(ran.err, "web-1 (docker, ")) << ran.err;
  EXPECT_EQ(machine_.Run({"why", "web-2"}).status, CliStatus::kNoIncident) << "an exact name";
  Log(KillIn("/a/job") + KillIn("/b/job"));
  EXPECT_EQ(machine_.Run({"why", "job"}).status, CliStatus::kAmbiguous);
}

TEST_F(WhyWithoutBundle, NobodyIsStillNotFound) {
  const auto ran = machine_.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNotFound);
  EXPECT_EQ(ran.out, "");
}

TEST_F(WhyWithoutBundle, AnotherStoreIsAllThatIsLookedAtWhereOneIsNamed) {
  Docker(kId, "web", 137);
  std::filesystem::create_directory(machine_.dir().path() + "/copy");
  const auto ran = machine_.Run({"why", "web", "--store", machine_.dir().path() + "/copy"});
  EXPECT_EQ(ran.status, CliStatus::kNotFound);
}

TEST_F(WhyWithoutBundle, FilesThatAreNoneOfDockersAreNotBelieved) {
  machine_.dir().Write("docker/containers/" + kId + "/config.v2.json", "{broken");
  EXPECT_EQ(machine_.Run({"why", kId}).status, CliStatus::kNotFound);
  Docker(kOther, "web", 0);
  std::filesystem::rename(machine_.dir().path() + "/docker/containers/" + kOther,
                          machine_.dir().path() + "/docker/containers/" + kId.substr(1) + "c");
  EXPECT_EQ(machine_.Run({"why", "web"}).status, CliStatus::kNotFound) << "in another's folder";
}

TEST_F(WhyWithoutBundle, OfOneThatPodmansStoreHasAndPodmanDoesNotTellNothingIsClaimed) {
  machine_.dir().Write("storage/overlay-containers/containers.json",
                       R"([{"id":")" + kId + R"(","names":["db"]}])");
  const auto ran = machine_.Run({"why", "db"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "what became of it is not known")) << ran.out;
}

TEST_F(WhyWithoutBundle, WhatLiesInPodmansStoreAndIsOfCriOIsNotPodmans) {
  machine_.dir().Write(
      "storage/overlay-containers/containers.json",
      R"([{"id":")" + kId + R"(","names":["k8s_db"],"metadata":"{\"pod-id\":\"1\"}"}])");
  const auto ran = machine_.Run({"why", "k8s_db"});
  EXPECT_TRUE(Holds(ran.out, "k8s_db (cri-o)")) << ran.out;
}

/// Podman would be asked of every one of them, ten seconds each.
TEST_F(WhyWithoutBundle, OfSeveralInPodmansStoreNoneIsAskedFor) {
  machine_.others.ask_engines = true;
  machine_.dir().Write(
      "storage/overlay-containers/containers.json",
      R"([{"id":")" + kId + R"(","names":["db-1"]},{"id":")" + kOther + R"(","names":["db-2"]}])");
  const BootTime begin = NowBoot();
  const auto ran = machine_.Run({"why", "db"});
  EXPECT_EQ(ran.status, CliStatus::kAmbiguous) << ran.err;
  EXPECT_LT(NowBoot() - begin, 10s);
}

TEST_F(WhyWithoutBundle, ADeadContainerThatNoSupervisorHasExaminedIsToldFromItsEngineMeanwhile) {
  Docker(kId, "web", 137);
  Log(KillIn("/system.slice/docker-" + kId + ".scope"));
  Enrolment container = MadeDraft({.id = kId, .name = "web"}).container;
  (void)machine_.Enrol(container);
  const auto ran = machine_.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "pid 4321 eat")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "inferred")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "systemctl start headroomd")) << ran.out;
}

TEST_F(WhyWithoutBundle, AnEndWithoutABundleHasTheLogsViewBesideIt) {
  Enrolment container = MadeDraft({}).container;
  container.id = kId;
  machine_.WriteEnded(container, "2", ToIso8601(NowWall()));
  Log(KillIn("/system.slice/docker-" + kId + ".scope"));
  const auto ran = machine_.Run({"why", kId});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "the kernel killed 2 processes in")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "/dev/kmsg seq 903")) << ran.out;
}

}  // namespace
}  // namespace headroom
