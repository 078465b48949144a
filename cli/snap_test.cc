#include "cli/snap.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "cli/testing/judged_machine.h"
#include "evidence/evidence.h"
#include "evidence/incident.h"
#include "evidence/pack/check.h"
#include "evidence/pack/pack.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// As the kernel would have told the hook.
Enrolment EnrolmentOf(const JudgedMachine& machine) {
  Enrolment enrolment = machine.Enrolled("3f1c9a", FakeHost::kInit);
  struct stat info{};
  (void)stat((machine.path("cg") + FakeHost::kCgroup).c_str(), &info);
  enrolment.cgroup.inode = info.st_ino;
  enrolment.cgroup.events = MemoryEvents{.oom = 0, .oom_kill = 0};
  return enrolment;
}

Evidence SnapIn(const JudgedMachine& machine) {
  const auto bundles = Store(machine.path("store")).List().value();
  EXPECT_EQ(bundles.size(), 1U);
  auto evidence = ReadBundle(bundles.at(0).path);
  EXPECT_TRUE(evidence) << evidence.error().Message();
  return std::move(evidence).value();
}

TEST(Snap, OfAnEnrolledContainerIsABundleOfItsOwnKindWithItsVerdict) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  const auto ran = machine.Run({"snap", "shop"});
  ASSERT_EQ(ran.status, CliStatus::kDone) << ran.err;
  const Evidence snap = SnapIn(machine);
  EXPECT_EQ(snap.kind, BundleKind::kSnap);
  EXPECT_TRUE(Holds(ran.out, snap.bundle_path)) << ran.out;
  ASSERT_NE(snap.File("summary.json"), nullptr);
  const auto incident = ParseIncident(*snap.File("incident.json"), "").value();
  EXPECT_EQ(incident.confidence, "observed");
  EXPECT_EQ(incident.detected_by, "snap");
  EXPECT_EQ(incident.oom_kill_from, incident.oom_kill_to);
  EXPECT_EQ(incident.Own()->events.oom_kill, 0U);
}

TEST(Snap, HoldsNothingAndWritesNoFileOfTheCgroup) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  const std::string high = machine.path("cg") + FakeHost::kCgroup + "/memory.high";
  const auto before = std::filesystem::last_write_time(high);
  ASSERT_EQ(machine.Run({"snap", "shop"}).status, CliStatus::kDone);
  EXPECT_EQ(std::filesystem::last_write_time(high), before);
  EXPECT_TRUE(Holds(*SnapIn(machine).File("before/snapshot.json"), "not held"));
}

TEST(Snap, WhatIsNotEnrolledHasNoCountsAndNoTimelineAndSaysSo) {
  const JudgedMachine machine;
  machine.RunUnderCrun("job", FakeHost::kInit);
  const auto ran = machine.Run({"snap", "job"});
  ASSERT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "It is not enrolled")) << ran.out;
  const Evidence snap = SnapIn(machine);
  const auto incident = ParseIncident(*snap.File("incident.json"), "").value();
  EXPECT_EQ(incident.Own()->events.oom_kill, std::nullopt);  // which is not zero
  EXPECT_EQ(snap.manifest.Find("timeline.json")->reason, "the container is not enrolled");
  EXPECT_EQ(snap.manifest.Find("container.json")->outcome, Outcome::kPartial);
}

TEST(Snap, SeveralOfOneContainerAreAllKept) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  for (int i = 0; i < 3; ++i) ASSERT_EQ(machine.Run({"snap", "shop"}).status, CliStatus::kDone);
  EXPECT_EQ(Store(machine.path("store")).List().value().size(), 3U);
}

TEST(Snap, AsJsonIsTheVerdictWithItsBundle) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  const auto ran = machine.Run({"snap", "shop", "--json"});
  const auto json = ParseJsonObject(ran.out, "out");
  ASSERT_TRUE(json) << ran.out << ran.err;
  EXPECT_EQ((*json)["schema"], "headroom.summary/1");
  EXPECT_EQ((*json)["bundle"], SnapIn(machine).bundle_path);
}

TEST(Snap, GoesWhereItIsToldAndNotIntoTheStoreThen) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  for (const std::string& out : {machine.path("copy"), machine.path("copy.tar.gz")}) {
    const auto ran = machine.Run({"snap", "shop", "-o", out});
    ASSERT_EQ(ran.status, CliStatus::kDone) << ran.err;
    const auto bundle = ReadBundleFiles(out);
    ASSERT_TRUE(bundle) << bundle.error().Message();
    EXPECT_TRUE(CheckBundle(*bundle).faults.empty());
    EXPECT_EQ(machine.Run({"snap", "shop", "-o", out}).status, CliStatus::kIncomplete);
  }
  EXPECT_TRUE(Unpacked(machine.Run({"snap", "shop", "-o", "-"}).out, "out"));
  EXPECT_TRUE(Store(machine.path("store")).List().value().empty());
}

TEST(Snap, IsRootsAlone) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  const auto ran = machine.Run({"snap", "shop"}, /*root=*/false);
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_TRUE(Holds(ran.err, "sudo")) << ran.err;
}

TEST(Snap, OfNobodyIsNotFound) {
  const JudgedMachine machine;
  EXPECT_EQ(machine.Run({"snap", "none"}).status, CliStatus::kNotFound);
  EXPECT_EQ(machine.Run({"snap"}).status, CliStatus::kUsage);
}

TEST(Snap, OfAnotherCgroupAtThatPathIsRefused) {
  const JudgedMachine machine;
  Enrolment enrolment = EnrolmentOf(machine);
  ++enrolment.cgroup.inode;
  machine.Enrol(enrolment);
  const auto ran = machine.Run({"snap", "shop"});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_TRUE(Holds(ran.err, "has ended")) << ran.err;
  EXPECT_TRUE(Store(machine.path("store")).List().value().empty());
}

TEST(Snap, OfACgroupWithoutMemoryCountersIsRefused) {
  const JudgedMachine machine;
  machine.Enrol(EnrolmentOf(machine));
  machine.Write(std::string("cg") + FakeHost::kCgroup + "/memory.events", "low 0\n");
  const auto ran = machine.Run({"snap", "shop"});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_TRUE(Holds(ran.err, "oom_kill")) << ran.err;
}

}  // namespace
}  // namespace headroom
