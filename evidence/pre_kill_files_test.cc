#include "evidence/pre_kill_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"
#include "evidence/bundle_name.h"
#include "evidence/evidence.h"
#include "evidence/pack/check.h"
#include "evidence/pre_kill_result.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class PreKillFilesTest : public testing::Test {
 protected:
  /// A bundle whose pre_kill.json tells of that directory.
  BundleEntry Publish(const std::string& directory) {
    Store::Draft draft = OomDraft();
    const PreKillResult result{.outcome = PreKillResult::Outcome::kExited, .directory = directory};
    draft.sections.push_back(MadeSection("pre_kill.json", SerializePreKillResult(result)));
    EXPECT_TRUE(store_.Publish(draft));
    return store_.List().value().at(0);
  }
  [[nodiscard]] std::string NameAt(BootTime began) const {
    return PreKillDirectoryName(container_.GenerationKey(), began);
  }

  TemporaryDirectory dir_;
  const Enrolment container_ = MadeEnrolment();
  Store store_{dir_.path() + "/bundles"};
  PreKillFiles files_{store_.dir()};
};

TEST_F(PreKillFilesTest, OneIsThereBeforeTheContainersFirstBundleIs) {
  const std::string path = files_.Make(container_, 7s).value();
  EXPECT_EQ(path, store_.dir() + "/runc-web/" + NameAt(7s));
  struct stat info{};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  EXPECT_TRUE(store_.List().value().empty()) << "it is no bundle";
  EXPECT_TRUE(store_.ListContainer("runc-web").value().empty());
  EXPECT_EQ(store_.AccountedUpTo(container_).value(), std::nullopt);
}

TEST_F(PreKillFilesTest, TwoActionsHaveTwoAndNoneIsUsedTwice) {
  ASSERT_TRUE(files_.Make(container_, 7s));
  EXPECT_TRUE(files_.Make(container_, 8s));
  EXPECT_EQ(files_.Make(container_, 7s).error().code, ErrorCode::kExists);
  const auto all = files_.List().value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, NameAt(7s));
  EXPECT_EQ(all[0].container_dir, "runc-web");
  EXPECT_EQ(all[0].hash, GenerationHash(container_.GenerationKey()));
  EXPECT_EQ(all[1].began, BootTime(8s));
}

TEST_F(PreKillFilesTest, AStoreThatOthersMayWriteToTakesNone) {
  fs::create_directories(store_.dir());
  fs::permissions(store_.dir(), fs::perms::all);
  EXPECT_EQ(files_.Make(container_, 7s).error().code, ErrorCode::kDenied);
}

TEST_F(PreKillFilesTest, WhatStaysEmptyLeavesNothing) {
  ASSERT_TRUE(files_.Make(container_, 7s));
  EXPECT_TRUE(files_.DropIfEmpty(container_, 7s));
  EXPECT_FALSE(fs::exists(store_.dir() + "/runc-web"));
  const std::string path = files_.Make(container_, 8s).value();
  dir_.Write("bundles/runc-web/" + NameAt(8s) + "/core", "ELF");
  EXPECT_FALSE(files_.DropIfEmpty(container_, 8s));
  EXPECT_TRUE(fs::exists(path + "/core"));
}

TEST_F(PreKillFilesTest, TheBundleThatTellsOfItIsWholeWithoutItAndTakesItAlong) {
  ASSERT_TRUE(files_.Make(container_, 7s));
  dir_.Write("bundles/runc-web/" + NameAt(7s) + "/sub/core", "ELF");
  const BundleEntry bundle = Publish(NameAt(7s));
  EXPECT_EQ(PreKillDirectoryOf(bundle), NameAt(7s));
  EXPECT_TRUE(CheckBundle(ReadBundleDirectory(bundle.path).value()).faults.empty());
  EXPECT_TRUE(ReadBundle(bundle.path));
  EXPECT_EQ(files_.SizeOf(files_.List().value().at(0))->bytes, Bytes{3});
  ASSERT_TRUE(store_.Remove(bundle));
  EXPECT_FALSE(fs::exists(store_.dir() + "/runc-web")) << "the last of it";
  EXPECT_TRUE(fs::is_empty(store_.dir() + "/incoming"));
}

TEST_F(PreKillFilesTest, ABundleTakesNothingAlongThatIsNotItsOwn) {
  const std::string other = PreKillDirectoryName("another generation", 7s);
  fs::create_directories(store_.dir() + "/runc-web/" + other);
  const BundleEntry bundle = Publish(other);
  EXPECT_EQ(PreKillDirectoryOf(bundle), "");
  ASSERT_TRUE(store_.Remove(bundle));
  EXPECT_TRUE(fs::exists(store_.dir() + "/runc-web/" + other));
}

TEST_F(PreKillFilesTest, OnlyTheOneSpellingIsAName) {
  EXPECT_TRUE(ParsePreKillDirectoryName("pre-kill-1a2b3c4d-0"));
  for (const char* name : {"", "pre-kill-", "pre-kill-1a2b3c4d", "pre-kill-1a2b3c4d-", "..",
                           "pre-kill-1a2b3c4d-07", "pre-kill-1a2b3c4d-7-", "pre-kill-1a2b3c4d--7",
                           "pre-kill-1a2b3c4d-7-8", "pre-kill-1A2B3C4D-7", "pre-kill-1a2b3c4-7",
                           "pre-kill-1a2b3c4d-7/..", "pre-kill-1a2b3c4d-9223372036854775808"}) {
    EXPECT_FALSE(ParsePreKillDirectoryName(name)) << name;
  }
  EXPECT_FALSE(ParseBundleName(NameAt(7s)));
}

}  // namespace
}  // namespace headroom
