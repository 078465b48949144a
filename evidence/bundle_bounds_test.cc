#include "evidence/bundle_bounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/testing/memory_directory.h"
#include "evidence/bundle_writer.h"
#include "evidence/evidence.h"
#include "evidence/pack/bundle_files.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

/// So many bytes of lines that are all different.
std::string Lines(std::size_t size) {
  std::string text;
  text.reserve(size + 16);
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(10000000 + i) + " line\n";
  text.resize(size);
  return text;
}

Section Bounded(const std::string& name, std::string bytes) {
  Section section = MadeSection(name, std::move(bytes));
  BoundSection(section);
  return section;
}

/// Read as from a directory, and as from a pack.
void ExpectRead(const Store::Draft& draft) {
  const auto files = FilesOfDraft(draft);
  ASSERT_TRUE(files) << files.error().Message();
  const auto read = EvidenceInFiles(files->files, "a bundle");
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_TRUE(read->files == EvidenceOf(draft).files) << "it is explained as it is read";
}

TEST(BundleBounds, WhateverSizesSectionsHaveWhatIsWrittenIsRead) {
  constexpr std::array<const char*, 7> kNames = {
      "before/tmpfs.json", "kernel/oom.log", "kernel/oom.json",   "before/smaps/12",
      "before/smaps/13",   "before/smaps/1", "container/log.txt",
  };
  constexpr std::array<std::size_t, 9> kSizes = {0,
                                                 1,
                                                 kMaxBundleJsonBytes - 1,
                                                 kMaxBundleJsonBytes,
                                                 kMaxBundleJsonBytes + 1,
                                                 kMaxBundleFileBytes - 1,
                                                 kMaxBundleFileBytes,
                                                 kMaxBundleFileBytes + 1,
                                                 std::size_t{20} << 20U};
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  for (int round = 0; round < 3; ++round) {
    Store::Draft draft = OomDraft();
    draft.sections.clear();
    for (const char* name : kNames) {
      // All of them as large as they may be, then as it comes.
      const std::size_t size = round == 0 ? kSizes.back() : kSizes.at(random() % kSizes.size());
      draft.sections.push_back(MadeSection(name, Lines(size)));
    }
    ExpectRead(draft);
    const std::string explained = SerializeManifest(EvidenceOf(draft).manifest);
    draft.sections.push_back(MadeSection("summary.json", Lines(kMaxBundleJsonBytes)));
    draft.sections.push_back(MadeSection("report.txt", Lines(kMaxBundleFileBytes)));
    ExpectRead(draft);
    const std::string written = SerializeManifest(EvidenceOf(draft).manifest);
    const std::size_t verdict = explained.find("\"section\": \"summary.json\"");
    ASSERT_NE(verdict, std::string::npos);
    // Keys are sorted: of a row, others stand before its name.
    const std::size_t same = explained.rfind('{', verdict);
    EXPECT_EQ(written.substr(0, same), explained.substr(0, same)) << "the verdict changed it";
  }
}

TEST(BundleBounds, APublishedBundleIsReadFromTheDiskToo) {
  const MemoryDirectory dir;
  const Store store(dir.path() + "/bundles");
  Store::Draft draft = OomDraft();
  draft.sections.push_back(MadeSection("before/tmpfs.json", Lines(kMaxBundleJsonBytes + 1)));
  draft.sections.push_back(MadeSection("kernel/oom.log", Lines(kMaxBundleFileBytes + 1)));
  const auto path = store.Publish(draft);
  ASSERT_TRUE(path) << path.error().Message();
  const auto read = ReadBundle(*path);
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_TRUE(ReadBundleDirectory(*path));
  EXPECT_EQ(read->File("before/tmpfs.json"), nullptr);
  EXPECT_EQ(read->manifest.Find("before/tmpfs.json")->reason,
            "too large: it has 4194305 bytes, and no record of a bundle more than 4194304");
  EXPECT_EQ(read->manifest.Find("kernel/oom.log")->outcome, Outcome::kPartial);
}

TEST(BundleBounds, WhatIsNoLargerThanItMayBeStaysAsItIs) {
  for (const auto& [name, most] : {std::pair{"kernel/oom.json", kMaxBundleJsonBytes},
                                   {"kernel/oom.log", kMaxBundleFileBytes},
                                   {"before/smaps/1", kMaxBundleFileBytes}}) {
    const Section section = Bounded(name, Lines(most));
    EXPECT_EQ(section.bytes.size(), most) << name;
    EXPECT_EQ(section.row.outcome, Outcome::kComplete) << name;
  }
}

TEST(BundleBounds, OfALogTheNewestLinesAreLeft) {
  const std::string whole = Lines(kMaxBundleFileBytes + 1);
  const Section section = Bounded("kernel/oom.log", whole);
  EXPECT_TRUE(whole.ends_with(section.bytes));
  EXPECT_TRUE(section.bytes.starts_with("10000001 line\n")) << "the second one, from its beginning";
  EXPECT_EQ(section.row.outcome, Outcome::kPartial);
  EXPECT_EQ(section.row.reason, "only its last 16777203 bytes were kept, of 16777217");
}

TEST(BundleBounds, ALogThatIsCutBetweenTwoLinesLosesNoneMore) {
  const std::string log = "first\n" + Lines(kMaxBundleFileBytes - 1) + "\n";
  EXPECT_TRUE(Bounded("kernel/oom.log", log).bytes == log.substr(6));
}

TEST(BundleBounds, ALogThatIsOneLineIsCutInIt) {
  for (const char* end : {"", "\n"}) {
    const Section section =
        Bounded("kernel/oom.log", std::string(kMaxBundleFileBytes + 5, 'x') + end);
    EXPECT_EQ(section.bytes.size(), kMaxBundleFileBytes);
    EXPECT_EQ(section.row.outcome, Outcome::kPartial);
  }
}

TEST(BundleBounds, OfAnotherTextTheFirstLinesAreLeft) {
  const std::string whole = Lines(kMaxBundleFileBytes + 5);
  const Section section = Bounded("before/smaps/12", whole);
  EXPECT_TRUE(whole.starts_with(section.bytes));
  EXPECT_TRUE(section.bytes.ends_with(" line\n"));
  EXPECT_EQ(section.row.outcome, Outcome::kPartial);
}

TEST(BundleBounds, WhatIsMissingAlreadyIsStillTold) {
  Section section = MadeSection("container/log.txt", Lines(kMaxBundleFileBytes + 1));
  section.row.outcome = Outcome::kPartial;
  section.row.reason = "the log had fewer lines";
  BoundSection(section);
  EXPECT_TRUE(section.row.reason.starts_with("the log had fewer lines; only its last "))
      << section.row.reason;
}

TEST(BundleBounds, WhatHasNoFileIsLeftAlone) {
  Section section = MadeSection("kernel/oom.json", Lines(kMaxBundleJsonBytes + 1));
  section.row.outcome = Outcome::kTooLate;
  section.row.reason = "gone";
  BoundSection(section);
  EXPECT_EQ(section.row.outcome, Outcome::kTooLate);
  EXPECT_EQ(section.row.reason, "gone");
}

TEST(BundleBounds, WhereAllIsTooMuchTheLargestAreLeftOut) {
  std::vector<Section> sections;
  sections.reserve(5);
  for (std::size_t i = 0; i < 4; ++i) {
    sections.push_back(
        MadeSection("before/smaps/" + std::to_string(i), Lines(kMaxBundleFileBytes - i)));
  }
  sections.push_back(MadeSection("incident.json", "{}"));
  BoundSections(sections);
  EXPECT_EQ(sections[0].row.outcome, Outcome::kUnavailable);
  EXPECT_TRUE(sections[0].row.reason.starts_with("too large: ")) << sections[0].row.reason;
  for (std::size_t i = 1; i < sections.size(); ++i) {
    EXPECT_EQ(sections[i].row.outcome, Outcome::kComplete) << sections[i].row.section;
  }
}

TEST(BundleBounds, ADraftWhoseContainerIsTooLargeIsNoBundle) {
  Store::Draft draft = OomDraft();
  draft.sections.push_back(MadeSection("container.json", Lines(kMaxBundleJsonBytes + 1)));
  const auto finished = FinishDraft(draft);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(finished.error().where, "container.json");
}

}  // namespace
}  // namespace headroom
