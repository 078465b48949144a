#include "capture/log_section.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "base/testing/temporary_directory.h"
#include "evidence/docker_local_log.h"
#include "evidence/kept_log.h"
#include "evidence/testing/docker_local.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

constexpr const char* kId = "0123456789abcdef";
constexpr const char* kThree =
    "2026-11-21T03:12:44Z stdout F one\n"
    "2026-11-21T03:12:45Z stderr F password=hunter2\n"
    "2026-11-21T03:12:46Z stdout F three\n";

/// A machine of its own, so that nothing of this one is read.
class LogSectionTest : public testing::Test {
 protected:
  LogSectionTest() {
    container_.id = kId;
    container_.engine = "podman";
    container_.uid = geteuid();
    container_.bundle_dir = dir_.path() + "/userdata";
    std::filesystem::create_directory(dir_.path() + "/journal");
  }
  [[nodiscard]] Section Read(const LogSpan& span = {}) const {
    return ReadLogSection(
        container_, span,
        {.docker = {.config = dir_.path() + "/daemon.json", .root = dir_.path() + "/docker"},
         .kubelet_dir = dir_.path() + "/kubelet",
         .journal_dir = dir_.path() + "/journal",
         .host = {.proc = dir_.path() + "/proc", .cgroup_root = {}}});
  }
  static std::vector<std::string> Texts(const Section& section) {
    std::vector<std::string> texts;
    for (const ContainerLine& line : ParseKeptLog(section.bytes).lines) texts.push_back(line.text);
    return texts;
  }

  TemporaryDirectory dir_;
  Enrolment container_;
};

using Lines = std::vector<std::string>;

TEST_F(LogSectionTest, HasTheLastLinesOfPodmansFileWithoutSecrets) {
  dir_.Write("userdata/ctr.log", kThree);
  const Section section = Read();
  EXPECT_EQ(section.row.section, "container/log.txt");
  EXPECT_EQ(section.row.outcome, Outcome::kComplete);
  EXPECT_EQ(Texts(section), (Lines{"one", "password=[redacted]", "three"}));
  EXPECT_EQ(section.bytes.find("hunter2"), std::string::npos);
  EXPECT_NE(section.bytes.find("/userdata/ctr.log"), std::string::npos) << "where it was read";
}

TEST_F(LogSectionTest, HasAsManyAsPolicyWantsAndNoneWhereItWantsNone) {
  dir_.Write("userdata/ctr.log", kThree);
  container_.log_lines = 1;
  EXPECT_EQ(Texts(Read()), (Lines{"three"}));
  EXPECT_EQ(Read().row.outcome, Outcome::kComplete);
  container_.log_lines = 0;
  EXPECT_EQ(Read().row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(Read().row.reason, "switched off by policy (log_lines)");
  EXPECT_EQ(Read().bytes, "");
}

TEST_F(LogSectionTest, HasTheLinesOfThisRunAlone) {
  dir_.Write("userdata/ctr.log", kThree);
  const auto at = [](const char* text) { return ParseRfc3339(text); };
  EXPECT_EQ(Texts(Read({.since = at("2026-11-21T03:12:45Z"), .before = {}})).size(), 2U);
  EXPECT_EQ(Texts(Read({.since = {}, .before = at("2026-11-21T03:12:46Z")})).size(), 2U);
  const Section none = Read({.since = at("2026-11-21T04:00:00Z"), .before = {}});
  EXPECT_EQ(none.row.outcome, Outcome::kComplete) << "it has written nothing, which is known";
  EXPECT_TRUE(Texts(none).empty());
}

TEST(RunBegan, IsTheStartOfItsInitHoweverLateItWasEnrolled) {
  using namespace std::chrono_literals;
  const auto rate = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  Enrolment container;
  container.enrolled_wall = 5000s;
  container.enrolled_boot = 1000s;
  EXPECT_EQ(RunBegan(container), WallTime(5000s)) << "its start is not known";
  container.init.start_ticks = 400 * rate + rate / 2;
  EXPECT_EQ(RunBegan(container), WallTime(4400s + 500ms));
  container.init.start_ticks = 1000 * rate + 1;
  EXPECT_EQ(RunBegan(container), WallTime(5000s)) << "the clocks of both differ by a tick";
  container.init.start_ticks = ~0ULL;
  EXPECT_EQ(RunBegan(container), WallTime(5000s));
}

TEST_F(LogSectionTest, HasDockersJsonFile) {
  container_.engine = "docker";
  dir_.Write(std::string("docker/containers/") + kId + "/" + kId + "-json.log",
             R"({"log":"std::bad_alloc\n","stream":"stderr","time":"2026-11-21T03:12:45Z"})"
             "\n");
  EXPECT_EQ(Texts(Read()), (Lines{"std::bad_alloc"}));
}

TEST_F(LogSectionTest, HasTheFileOfDockersDriverLocalWhereverDockerKeepsIt) {
  container_.engine = "docker";
  dir_.Write("daemon.json", R"({"data-root": ")" + dir_.path() + R"(/srv"})");
  dir_.Write(std::string("srv/containers/") + kId + "/" + std::string(kDockerLocalLog),
             LocalRecord({.line = "std::bad_alloc"}));
  const Section section = Read();
  EXPECT_EQ(Texts(section), (Lines{"std::bad_alloc"}));
  EXPECT_NE(section.bytes.find("/srv/containers/"), std::string::npos) << "where it was read";
}

TEST_F(LogSectionTest, HasTheFileThatKubeletHasALinkTo) {
  container_.engine = "containerd";
  EXPECT_EQ(Read().row.outcome, Outcome::kUnavailable);
  dir_.Write("pods/0.log", kThree);
  dir_.Write("kubelet/other.log", "");
  std::filesystem::create_symlink(dir_.path() + "/pods/0.log",
                                  dir_.path() + "/kubelet/pod_ns_app-" + kId + ".log");
  EXPECT_EQ(Texts(Read()).size(), 3U);
  container_.engine = "cri-o";
  EXPECT_EQ(Texts(Read()).size(), 3U);
}

TEST_F(LogSectionTest, OfAUnitIsWhatTheJournalHasOfIt) {
  container_.engine = "systemd";
  container_.id = "web.service";
  EXPECT_EQ(Read().row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(Read().row.reason, "the journal has no line of it");
}

TEST_F(LogSectionTest, SaysWhyThereIsNone) {
  dir_.Write("userdata/ctr.log", kThree);
  const auto reason_if = [&](const std::function<void(Enrolment&)>& change) {
    const Enrolment before = container_;
    change(container_);
    const Section section = Read();
    container_ = before;
    EXPECT_NE(section.row.outcome, Outcome::kComplete);
    EXPECT_TRUE(section.bytes.empty());
    return section.row.reason;
  };
  EXPECT_EQ(reason_if([](Enrolment& c) { c.engine = "runc"; }), "runc keeps no log of a container");
  EXPECT_EQ(reason_if([](Enrolment& c) { c.engine = "crun"; }), "crun keeps no log of a container");
  EXPECT_NE(reason_if([](Enrolment& c) { c.engine = "headroom"; }).find("is not kept"),
            std::string::npos);
  EXPECT_EQ(reason_if([](Enrolment& c) { c.engine = "lxc"; }),
            "where its engine keeps logs is not known");
  EXPECT_NE(reason_if([](Enrolment& c) { c.uid += 1; }).find("not followed"), std::string::npos);
  EXPECT_NE(reason_if([](Enrolment& c) { c.id = "../x"; }).find("id"), std::string::npos);
}

TEST_F(LogSectionTest, IsTooLateWhereTheContainerWasRemovedAndUnavailableWhereItLogsElsewhere) {
  EXPECT_EQ(Read().row.outcome, Outcome::kTooLate);
  dir_.Write("userdata/config.json", "{}");
  EXPECT_EQ(Read().row.outcome, Outcome::kUnavailable);
  EXPECT_NE(Read().row.reason.find("its log driver may be another"), std::string::npos);
  container_.engine = "docker";
  EXPECT_EQ(Read().row.outcome, Outcome::kTooLate);
}

TEST_F(LogSectionTest, IsPartialWhereTheEndOfALongLogHasFewLines) {
  std::string log;
  for (int i = 0; i < 200; ++i) {
    log += "2026-11-21T03:12:44Z stdout F " + std::string(1500, 'x') + "\n";
  }
  dir_.Write("userdata/ctr.log", log);
  const Section section = Read();
  EXPECT_EQ(section.row.outcome, Outcome::kPartial);
  EXPECT_FALSE(section.row.reason.empty());
  EXPECT_LT(Texts(section).size(), 200U);
  EXPECT_FALSE(Texts(section).empty());
}

TEST_F(LogSectionTest, FollowsNoLinkToAFileThatIsNotALog) {
  dir_.Write("userdata/config.json", "{}");
  dir_.Write("secret", kThree);
  std::filesystem::create_symlink(dir_.path() + "/secret", dir_.path() + "/userdata/ctr.log");
  EXPECT_EQ(Read().row.outcome, Outcome::kUnavailable);
  EXPECT_NE(Read().row.reason.find("symbolic link"), std::string::npos);
}

}  // namespace
}  // namespace headroom
