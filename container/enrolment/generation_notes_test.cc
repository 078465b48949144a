#include "container/enrolment/generation_notes.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

Enrolment Example() {
  Enrolment enrolment;
  enrolment.id = "web";
  enrolment.engine = "runc";
  enrolment.boot_id = "boot";
  enrolment.init = {.pid = 7, .start_ticks = 70};
  enrolment.cgroup.path = "/a";
  return enrolment;
}

/// The notes of one generation that is enrolled.
class GenerationNotesTest : public testing::Test {
 protected:
  GenerationNotesTest() { EXPECT_TRUE(registry_.Add(Example())); }

  void WriteAs(const std::string& file, const std::string& text) const {
    std::ofstream(registry_.EntryOf(Example()).path + "/" + file) << text;
  }

  TemporaryDirectory run_;
  RegistryDir registry_{run_.path()};
  GenerationNotes notes_{registry_, Example()};
};

TEST_F(GenerationNotesTest, KeepUpToWhichKillBundlesAccount) {
  EXPECT_EQ(notes_.ReadAccounted(), std::nullopt);
  ASSERT_TRUE(notes_.NoteAccounted(7));
  ASSERT_TRUE(notes_.NoteAccounted(UINT64_MAX));
  EXPECT_EQ(notes_.ReadAccounted(), UINT64_MAX);
  for (const char* text : {"", "seven\n", "-1\n", "18446744073709551616\n", "1 2\n"}) {
    WriteAs("accounted", text);
    EXPECT_EQ(notes_.ReadAccounted(), std::nullopt) << text;
  }
}

TEST_F(GenerationNotesTest, KeepWhatWasCountedAndWhoseItMayBe) {
  using Counted = GenerationNotes::Counted;
  EXPECT_EQ(notes_.ReadCounted(), std::nullopt);
  ASSERT_TRUE(notes_.NoteCounted({.up_to = 3, .candidates = {}}));
  EXPECT_EQ(notes_.ReadCounted(), (Counted{.up_to = 3, .candidates = {}}));
  const Counted of_several{.up_to = UINT64_MAX, .candidates = {"runc-0-a", "runc-0-b"}};
  ASSERT_TRUE(notes_.NoteCounted(of_several));
  EXPECT_EQ(notes_.ReadCounted(), of_several);
  for (const char* text : {"", "\n", "x\n", "-1\n", "18446744073709551616\n", "\nrunc-0-a\n"}) {
    WriteAs("counted", text);
    EXPECT_EQ(notes_.ReadCounted(), std::nullopt) << text;
  }
}

TEST_F(GenerationNotesTest, KeepHowFarTheLogHadBeenReadAtEachIncident) {
  EXPECT_TRUE(notes_.ReadClosed().empty());
  const std::vector<GenerationNotes::Closed> closed{{.up_to = 3, .log_sequence = 0},
                                                    {.up_to = 7, .log_sequence = UINT64_MAX}};
  ASSERT_TRUE(notes_.NoteClosed(closed));
  EXPECT_EQ(notes_.ReadClosed(), closed);
  for (const char* text : {"3", "3 4 5\n", "x 4\n", "3 -4\n", "3 4\nrest\n"}) {
    WriteAs("closed", text);
    EXPECT_TRUE(notes_.ReadClosed().empty()) << text;
  }
}

TEST_F(GenerationNotesTest, KeepWhenTheNextGenerationCame) {
  EXPECT_EQ(notes_.ReadSuperseded(), std::nullopt);
  ASSERT_TRUE(notes_.NoteSuperseded(BootTime(34)));
  EXPECT_EQ(notes_.ReadSuperseded(), BootTime(34));
  WriteAs("superseded", "9223372036854775808\n");  // no time has so many nanoseconds
  EXPECT_EQ(notes_.ReadSuperseded(), std::nullopt);
}

TEST_F(GenerationNotesTest, GoWithTheGeneration) {
  ASSERT_TRUE(notes_.NoteAccounted(7));
  ASSERT_TRUE(registry_.Remove(registry_.EntryOf(Example())));
  EXPECT_TRUE(registry_.List()->empty());
  EXPECT_EQ(notes_.ReadAccounted(), std::nullopt);
  EXPECT_FALSE(notes_.NoteAccounted(8)) << "it is not enrolled any more";
  EXPECT_FALSE(notes_.NoteCounted({.up_to = 1, .candidates = {}}));
}

TEST_F(GenerationNotesTest, ThatSomebodyElseMayHaveWrittenAreNotBelieved) {
  ASSERT_TRUE(notes_.NoteAccounted(7));
  for (const std::string& folder :
       {registry_.containers_dir(), registry_.EntryOf(Example()).path}) {
    ASSERT_EQ(chmod(folder.c_str(), 0770), 0);
    EXPECT_EQ(notes_.ReadAccounted(), std::nullopt) << folder;
    EXPECT_FALSE(notes_.NoteAccounted(8)) << folder;
    ASSERT_EQ(chmod(folder.c_str(), 0700), 0);
  }
  std::filesystem::rename(registry_.containers_dir(), run_.path() + "/elsewhere");
  std::filesystem::create_directory_symlink(run_.path() + "/elsewhere", registry_.containers_dir());
  EXPECT_EQ(notes_.ReadAccounted(), std::nullopt);
}

}  // namespace
}  // namespace headroom
