#include "capture/journal.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(ReadJournal, AJournalWithoutFilesHasNoEntries) {
  const TemporaryDirectory dir;
  for (const auto keep : {JournalQuery::Keep::kFirst, JournalQuery::Keep::kLast}) {
    const auto slice = ReadJournal({.any_of = {{"_TRANSPORT=kernel"}, {"_PID=1", "_UID=0"}},
                                    .since = 1s,
                                    .until = 2s,
                                    .keep = keep,
                                    .directory = dir.path()});
    ASSERT_TRUE(slice) << slice.error().Message();
    EXPECT_TRUE(slice->entries.empty());
    EXPECT_FALSE(slice->oldest) << "nothing is known to reach back anywhere";
    EXPECT_FALSE(slice->cut);
  }
}

TEST(ReadJournal, FilesThatAreNoneOfAJournalArePassedOver) {
  const TemporaryDirectory dir;
  dir.Write("system.journal", std::string(100000, 'x'));
  const auto slice =
      ReadJournal({.any_of = {{"_PID=1"}}, .since = {}, .until = {}, .directory = dir.path()});
  EXPECT_TRUE(!slice || slice->entries.empty());
}

TEST(ReadJournal, SaysWhatCannotBeAskedFor) {
  const TemporaryDirectory dir;
  EXPECT_FALSE(
      ReadJournal({.any_of = {{"no match"}}, .since = {}, .until = {}, .directory = dir.path()}));
  const auto none =
      ReadJournal({.any_of = {}, .since = {}, .until = {}, .directory = dir.path() + "/none"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
