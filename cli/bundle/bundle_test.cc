#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "cli/testing/machine.h"
#include "evidence/pack/pack.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;
using namespace testing_evidence;

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

nlohmann::json Json(const Machine::Ran& ran) {
  auto json = ParseJsonObject(ran.out, "out");
  EXPECT_TRUE(json) << ran.out << ran.err;
  return json.value_or(nlohmann::json::object());
}

class BundleVerbs : public testing::Test {
 protected:
  BundleVerbs() : bundle_(machine_.Publish(Explained(MadeDraft({})))) {}

  /// Changes one byte of a file of the bundle.
  void Tamper(const std::string& file) const {
    const std::string path = bundle_ + "/" + file;
    std::string bytes = ReadFileAt(AT_FDCWD, path, std::size_t{1} << 20U).value();
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    ASSERT_TRUE(ReplaceFileAt(AT_FDCWD, path, bytes, 0600, Durability::kNone));
  }
  [[nodiscard]] std::string Out(const std::string& name) const {
    return machine_.dir().path() + "/" + name;
  }
  /// Packs the bundle; its digest.
  [[nodiscard]] std::string Pack(const std::string& out) const {
    const auto ran = machine_.Run({"bundle", "pack", "--json", bundle_, "-o", out});
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
    return Json(ran).value("digest", "");
  }

  Machine machine_;
  std::string bundle_;
};

TEST_F(BundleVerbs, APackTellsTheSameAsItsBundle) {
  const std::string pack = Out("b.tar.gz");
  ASSERT_EQ(Pack(pack).size(), 64U);
  const auto of_pack = machine_.Run({"why", "--json", pack});
  EXPECT_EQ(of_pack.status, CliStatus::kDone) << of_pack.err;
  auto told = Json(of_pack);
  EXPECT_EQ(told["bundle"], pack);
  told["bundle"] = bundle_;
  EXPECT_EQ(told, Json(machine_.Run({"why", "--json", bundle_})));
}

TEST_F(BundleVerbs, PackTakesAContainersNewestBundle) {
  const auto ran = machine_.Run({"bundle", "pack", "web", "-o", Out("b.tar.gz")});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "digest  ")) << ran.out;
}

TEST_F(BundleVerbs, PackToStandardOutputIsThePackAlone) {
  const auto ran = machine_.Run({"bundle", "pack", bundle_, "-o", "-"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Unpacked(ran.out, "out"));
  EXPECT_TRUE(Holds(ran.err, "digest  ")) << ran.err;
  EXPECT_EQ(machine_.Run({"bundle", "pack", bundle_, "-o", "-", "--json"}).status,
            CliStatus::kUsage);
}

TEST_F(BundleVerbs, PackReplacesNothingAndOnlyItsOwnerMayReadIt) {
  const std::string pack = Out("b.tar.gz");
  (void)Pack(pack);
  struct stat info{};
  ASSERT_EQ(stat(pack.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(machine_.Run({"bundle", "pack", bundle_, "-o", pack}).status, CliStatus::kIncomplete);
}

TEST_F(BundleVerbs, UnpackGivesTheBundleBack) {
  const std::string pack = Out("b.tar.gz");
  const std::string digest = Pack(pack);
  const auto ran = machine_.Run({"bundle", "unpack", pack, "-o", Out("again")});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_EQ(machine_.Run({"bundle", "verify", Out("again"), "--digest", digest}).status,
            CliStatus::kDone);
  EXPECT_EQ(machine_.Run({"bundle", "unpack", pack, "-o", Out("again")}).status,
            CliStatus::kIncomplete);
}

TEST_F(BundleVerbs, VerifyFindsNothingInOneThatIsAsPublished) {
  const std::string digest = Pack(Out("b.tar.gz"));
  for (const std::string& path : {bundle_, Out("b.tar.gz")}) {
    const auto ran = machine_.Run({"bundle", "verify", path});
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.out;
    EXPECT_TRUE(Holds(ran.out, "all as published")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, digest)) << ran.out;
  }
}

TEST_F(BundleVerbs, VerifyNamesTheFileThatWasTamperedWith) {
  Tamper("kernel/oom.log");
  const auto ran = machine_.Run({"bundle", "verify", bundle_});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_TRUE(ran.out.starts_with("kernel/oom.log: ")) << ran.out;
  const auto json = Json(machine_.Run({"bundle", "verify", bundle_, "--json"}));
  EXPECT_EQ(json["intact"], false);
  EXPECT_EQ(json["faults"][0]["file"], "kernel/oom.log");
}

TEST_F(BundleVerbs, VerifyOfWhatIsNoBundleSaysSoInOneLine) {
  fs::create_directory(Out("folder"));
  const auto ran = machine_.Run({"bundle", "verify", Out("folder")});
  EXPECT_EQ(ran.status, CliStatus::kUnreadable);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(Holds(ran.err, "folder: is no bundle")) << ran.err;
}

TEST_F(BundleVerbs, VerifyOfABundleThatLostItsManifestTellsThat) {
  fs::remove(bundle_ + "/manifest.json");
  const auto ran = machine_.Run({"bundle", "verify", bundle_});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_TRUE(Holds(ran.out, "manifest.json: is missing")) << ran.out;
}

TEST_F(BundleVerbs, OnlyADigestTellsAManifestThatWasWrittenAnew) {
  const std::string digest = Pack(Out("b.tar.gz"));
  const std::string path = bundle_ + "/manifest.json";
  const std::string text = ReadFileAt(AT_FDCWD, path, std::size_t{1} << 20U).value();
  ASSERT_TRUE(ReplaceFileAt(AT_FDCWD, path, text + "\n", 0600, Durability::kNone));
  EXPECT_EQ(machine_.Run({"bundle", "verify", bundle_}).status, CliStatus::kDone);
  const auto ran = machine_.Run({"bundle", "verify", bundle_, "--digest", digest});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_TRUE(ran.out.starts_with("manifest.json: has the digest ")) << ran.out;
}

TEST_F(BundleVerbs, ThePacksOwnSumIsADigestToo) {
  const auto packed =
      Json(machine_.Run({"bundle", "pack", "--json", bundle_, "-o", Out("b.tar.gz")}));
  const std::string sum = packed["sha256"];
  EXPECT_EQ(machine_.Run({"bundle", "verify", Out("b.tar.gz"), "--digest", sum}).status,
            CliStatus::kDone);
  EXPECT_EQ(machine_.Run({"bundle", "verify", bundle_, "--digest", sum}).status,
            CliStatus::kIncomplete);
  EXPECT_EQ(machine_.Run({"bundle", "verify", bundle_, "--digest", "abc"}).status,
            CliStatus::kUsage);
}

TEST_F(BundleVerbs, ADamagedBundleIsNotPacked) {
  Tamper("before/memory.stat");
  const auto ran = machine_.Run({"bundle", "pack", bundle_, "-o", Out("b.tar.gz")});
  EXPECT_EQ(ran.status, CliStatus::kUnreadable);
  EXPECT_TRUE(Holds(ran.err, "before/memory.stat")) << ran.err;
  EXPECT_FALSE(fs::exists(Out("b.tar.gz")));
}

TEST_F(BundleVerbs, WhatIsNoBundleIsTold) {
  EXPECT_EQ(machine_.Run({"bundle", "verify", "/nonexistent"}).status, CliStatus::kNotFound);
  EXPECT_EQ(machine_.Run({"bundle", "verify", "db"}).status, CliStatus::kNotFound);
  machine_.dir().Write("x.tar.gz", "no gzip");
  const auto ran = machine_.Run({"why", Out("x.tar.gz")});
  EXPECT_EQ(ran.status, CliStatus::kUnreadable);
  EXPECT_TRUE(Holds(ran.err, "x.tar.gz: ")) << ran.err;
}

TEST_F(BundleVerbs, ReplayOfTodaysVerdictDiffersInNothing) {
  const auto ran = machine_.Run({"bundle", "replay", bundle_});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.out << ran.err;
  EXPECT_TRUE(Holds(ran.out, "the same verdict as recorded: limit-anon, observed")) << ran.out;
}

TEST_F(BundleVerbs, ReplayShowsWhatAnEarlierVersionSaid) {
  Store::Draft draft = Explained(MadeDraft({.id = "old"}));
  for (Section& section : draft.sections) {
    if (section.row.section != "summary.json") continue;
    auto summary = ParseJsonObject(section.bytes, "").value();
    summary["cause"] = "limit-shmem";
    summary["statements"][0]["text"] = "its own limit, as it was said then";
    section.bytes = DumpJson(summary);
  }
  const std::string path = machine_.Publish(draft);
  const auto ran = machine_.Run({"bundle", "replay", path});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "cause\n  recorded  limit-shmem\n  now       limit-anon\n"))
      << ran.out;
  EXPECT_TRUE(Holds(ran.out, "as it was said then")) << ran.out;
  const auto json = Json(machine_.Run({"bundle", "replay", "--json", path}));
  EXPECT_EQ(json["same"], false);
  EXPECT_EQ(json["changes"].size(), 2U);
}

TEST_F(BundleVerbs, ReplayNeedsARecordedVerdict) {
  const std::string path = machine_.Publish(MadeDraft({.id = "bare"}));
  EXPECT_EQ(machine_.Run({"bundle", "replay", path}).status, CliStatus::kUnreadable);
}

TEST_F(BundleVerbs, PruneRemovesNothingWithoutABound) {
  EXPECT_EQ(machine_.Run({"bundle", "prune"}).status, CliStatus::kUsage);
  EXPECT_EQ(machine_.Run({"bundle", "prune", "--older-than", "soon"}).status, CliStatus::kUsage);
  EXPECT_TRUE(fs::exists(bundle_));
}

TEST_F(BundleVerbs, PruneRemovesTheOldestAndADryRunNone) {
  const std::string newer =
      machine_.Publish(MadeDraft({.later = std::chrono::seconds(60), .from = 1}));
  auto ran = machine_.Run({"bundle", "prune", "--keep", "1", "--dry-run"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, bundle_)) << ran.out;
  EXPECT_TRUE(fs::exists(bundle_));
  ran = machine_.Run({"bundle", "prune", "--keep", "1", "--json"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_EQ(Json(ran)["removed"][0]["path"], bundle_);
  EXPECT_EQ(Json(ran)["left"], 1);
  EXPECT_FALSE(fs::exists(bundle_));
  EXPECT_TRUE(fs::exists(newer));
}

TEST_F(BundleVerbs, PruneOfOneContainerLeavesTheOthers) {
  const std::string other = machine_.Publish(MadeDraft({.id = "db"}));
  const auto ran = machine_.Run({"bundle", "prune", "--older-than", "1d", "--container", "db"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(fs::exists(bundle_));
  EXPECT_FALSE(fs::exists(other));
  EXPECT_EQ(machine_.Run({"bundle", "prune", "--keep", "1", "--container", "none"}).status,
            CliStatus::kNotFound);
}

/// Otherwise headroomd, started anew, would report its kill once more.
TEST_F(BundleVerbs, PruneLeavesWhatAnEnrolledContainerNeeds) {
  (void)machine_.Enrol(MadeDraft({}).container);
  const auto ran = machine_.Run({"bundle", "prune", "--keep", "0"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_EQ(ran.out, "removed 0 bundles of 0 B, 1 left\n");
  EXPECT_TRUE(fs::exists(bundle_));
}

/// headroomd of another version may have written it, or it may be damaged.
TEST_F(BundleVerbs, PruneLeavesWhatAnEnrolmentNeedsThatCannotBeRead) {
  const std::string enrolled = machine_.Enrol(MadeDraft({}).container);
  std::ofstream(enrolled + "/enrolment.json") << "{broken";
  const auto ran = machine_.Run({"bundle", "prune", "--keep", "0"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(fs::exists(bundle_));
}

}  // namespace
}  // namespace headroom
