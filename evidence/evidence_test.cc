#include "evidence/evidence.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/testing/temporary_directory.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

class ReadBundleTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = store_.Publish(OomDraft());
    ASSERT_TRUE(path.has_value()) << path.error().Message();
    bundle_ = *path;
  }
  void Put(const std::string& name, const std::string& bytes) const {
    dir_.Write(bundle_.substr(dir_.path().size() + 1) + "/" + name, bytes);
  }
  /// Reading fails, as broken, and the message holds `named`.
  void ExpectBroken(const std::string& named) const {
    const auto read = ReadBundle(bundle_);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed) << read.error().Message();
    EXPECT_NE(read.error().Message().find(named), std::string::npos) << read.error().Message();
  }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
  std::string bundle_;
};

TEST_F(ReadBundleTest, GivesWhatTheDraftWouldHaveGiven) {
  const auto read = ReadBundle(bundle_);
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  const Evidence live = EvidenceOf(OomDraft());
  EXPECT_EQ(read->files, live.files);
  EXPECT_EQ(read->kind, live.kind);
  EXPECT_EQ(read->container.ContainerKey(), live.container.ContainerKey());
  EXPECT_EQ(read->container.GenerationKey(), live.container.GenerationKey());
  EXPECT_EQ(SerializeManifest(read->manifest), SerializeManifest(live.manifest));
  EXPECT_EQ(read->bundle_path, bundle_);
}

TEST_F(ReadBundleTest, WhatWasNotRecordedIsNoFile) {
  const auto read = ReadBundle(bundle_);
  EXPECT_EQ(read->File("host/pressure/memory"), nullptr);
  EXPECT_EQ(read->File("before/memory.current"), nullptr);
  ASSERT_NE(read->File("before/memory.stat"), nullptr);
  EXPECT_EQ(*read->File("before/memory.stat"), "anon 42\n");
}

TEST_F(ReadBundleTest, MayBeCopiedUnderAnyName) {
  const std::string copy = dir_.path() + "/from another machine";
  fs::copy(bundle_, copy, fs::copy_options::recursive);
  const auto read = ReadBundle(copy + "/");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->kind, BundleKind::kOomKill);
  EXPECT_EQ(read->bundle_path, copy);
}

TEST_F(ReadBundleTest, AnotherDirectoryIsNoBundle) {
  fs::create_directory(dir_.path() + "/empty");
  bundle_ = dir_.path() + "/empty";
  ExpectBroken("is no bundle");
}

TEST_F(ReadBundleTest, NothingThereIsNotFound) {
  EXPECT_EQ(ReadBundle(dir_.path() + "/nowhere").error().code, ErrorCode::kNotFound);
}

TEST_F(ReadBundleTest, AFileThatWasChangedIsNamed) {
  Put("before/memory.stat", "anon 43\n");
  ExpectBroken("before/memory.stat");
}

TEST_F(ReadBundleTest, AFileThatIsMissingIsNamed) {
  fs::remove(bundle_ + "/before/smaps/12");
  ExpectBroken("before/smaps/12");
}

TEST_F(ReadBundleTest, NoSymbolicLinkIsFollowed) {
  fs::remove(bundle_ + "/before/memory.stat");
  fs::create_symlink("/etc/hostname", bundle_ + "/before/memory.stat");
  ExpectBroken("symbolic link");
}

TEST_F(ReadBundleTest, NoSymbolicLinkOnTheWayIsFollowed) {
  fs::rename(bundle_ + "/before", dir_.path() + "/moved");
  fs::create_directory_symlink(dir_.path() + "/moved", bundle_ + "/before");
  ExpectBroken("symbolic link");
}

TEST_F(ReadBundleTest, APipeIsNotWaitedFor) {
  fs::remove(bundle_ + "/before/memory.stat");
  ASSERT_EQ(mkfifo((bundle_ + "/before/memory.stat").c_str(), 0600), 0);
  ExpectBroken("no regular file");
}

TEST_F(ReadBundleTest, AManifestThatPointsOutsideIsRefused) {
  Put("manifest.json", R"({"schema": "headroom.manifest/1", "kind": "oom-kill",
      "sections": [{"section": "../../../../etc/passwd", "outcome": "complete"}]})");
  ExpectBroken("is no name of a section");
}

TEST_F(ReadBundleTest, AFileThatGrewBeyondEveryBoundIsNotRead) {
  fs::resize_file(bundle_ + "/before/memory.stat", std::uintmax_t{1} << 40U);
  const auto read = ReadBundle(bundle_);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(read.error().where.find("before/memory.stat"), std::string::npos);
}

/// Parsed it would take far more than its length.
TEST_F(ReadBundleTest, JsonThatIsLargerThanAnyOfOursIsNotParsed) {
  fs::resize_file(bundle_ + "/container.json", std::uintmax_t{5} << 20U);
  auto read = ReadBundle(bundle_);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(read.error().where.find("container.json"), std::string::npos);
  fs::resize_file(bundle_ + "/manifest.json", std::uintmax_t{3} << 20U);
  read = ReadBundle(bundle_);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(read.error().where.find("manifest.json"), std::string::npos);
}

TEST_F(ReadBundleTest, WithoutItsContainerABundleIsBroken) {
  Put("manifest.json", R"({"schema": "headroom.manifest/1", "kind": "oom-kill", "sections": []})");
  ExpectBroken("container.json");
}

TEST(EvidenceOf, ADraftThatCannotBePublishedHasNoFiles) {
  Store::Draft draft = OomDraft();
  draft.sections.push_back(MadeSection("../x", "x"));
  EXPECT_TRUE(EvidenceOf(draft).files.empty());
}

}  // namespace
}  // namespace headroom
