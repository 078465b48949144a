#include "supervisor/watch/file_changes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

class FileChangesTest : public testing::Test {
 protected:
  FileChangesTest() {
    for (const char* file : {"a", "b", "c"}) dir_.Write(file, "0\n");
  }
  [[nodiscard]] std::string Path(const std::string& file) const { return dir_.path() + "/" + file; }
  FileChanges::Watch Add(const std::string& file, std::uint32_t mask,
                         FileChanges::OnChange on_change) {
    return changes_->Add(Path(file), mask, std::move(on_change)).value();
  }
  /// Into the same file: one event.
  void Change(const std::string& file) const { ASSERT_TRUE(WriteKernelFile(dir_.fd(), file, "1")); }
  void RunUntil(const std::function<bool()>& done) { EXPECT_TRUE(loop_->RunUntil(done)); }
  /// All that happened before has been told of.
  void Settle() {
    bool settled = false;
    dir_.Write("mark", "0\n");
    const auto mark = Add("mark", IN_MODIFY, [&](auto, const auto&) { settled = true; });
    Change("mark");
    RunUntil([&] { return settled; });
  }

  TemporaryDirectory dir_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  std::unique_ptr<FileChanges> changes_ = FileChanges::Create(*loop_).value();
};

TEST_F(FileChangesTest, TellsOfItsOwnFileAndOfNoOther) {
  int a = 0;
  int b = 0;
  const auto of_a = Add("a", IN_MODIFY, [&](auto, const auto&) { ++a; });
  const auto of_b = Add("b", IN_MODIFY, [&](auto, const auto&) { ++b; });
  Change("a");
  Settle();
  EXPECT_EQ(a, 1);
  EXPECT_EQ(b, 0);
}

TEST_F(FileChangesTest, NamesWhatWasMadeInADirectory) {
  std::string made;
  const auto watch = Add("", IN_CREATE, [&](auto, const auto& entry) { made = entry; });
  ASSERT_EQ(mkdirat(dir_.fd(), "child", 0700), 0);
  RunUntil([&] { return !made.empty(); });
  EXPECT_EQ(made, "child");
}

TEST_F(FileChangesTest, TwoThatWatchTheSameFileBothHearOfItAlsoAfterOneHasEnded) {
  int first = 0;
  int second = 0;
  auto one = Add("a", IN_MODIFY, [&](auto, const auto&) { ++first; });
  const auto other = Add("a", IN_MODIFY, [&](auto, const auto&) { ++second; });
  Change("a");
  Settle();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
  one.Cancel();
  Change("a");
  Settle();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2) << "the kernel's watch is one, and still wanted";
}

TEST_F(FileChangesTest, WhoWatchesTheSameFileForSomethingElseIsNotTold) {
  int opened = 0;
  int changed = 0;
  const auto opens = Add("a", IN_ATTRIB, [&](auto, const auto&) { ++opened; });
  const auto changes = Add("a", IN_MODIFY, [&](auto, const auto&) { ++changed; });
  Change("a");
  Settle();
  EXPECT_EQ(changed, 1);
  EXPECT_EQ(opened, 0);
}

TEST_F(FileChangesTest, OneMayEndItselfAndTheNextWhileItIsTold) {
  int first = 0;
  int second = 0;
  FileChanges::Watch one;
  FileChanges::Watch other;
  one = Add("a", IN_MODIFY, [&](auto, const auto&) {
    ++first;
    one.Cancel();
    other.Cancel();
  });
  other = Add("a", IN_MODIFY, [&](auto, const auto&) { ++second; });
  Change("a");
  Change("a");
  Settle();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
}

TEST_F(FileChangesTest, OneThatIsReplacedWatchesTheNewFileAlone) {
  int changes = 0;
  auto watch = Add("a", IN_MODIFY, [&](auto, const auto&) { ++changes; });
  watch = Add("b", IN_MODIFY, [&](auto, const auto&) { ++changes; });
  Change("a");
  Settle();
  EXPECT_EQ(changes, 0);
  Change("b");
  Settle();
  EXPECT_EQ(changes, 1);
}

TEST_F(FileChangesTest, WhenTheKernelHasDroppedEventsAllAreToldToLookAgain) {
  std::ifstream file("/proc/sys/fs/inotify/max_queued_events");
  int most = 0;
  ASSERT_TRUE(file >> most);
  int quiet = 0;
  const auto watch = Add("b", IN_MODIFY, [&](std::uint32_t mask, const auto&) {
    if ((mask & IN_Q_OVERFLOW) != 0) ++quiet;
  });
  const auto busy = Add("", IN_MODIFY, [](auto, const auto&) {});
  const UniqueFd a = OpenAt(dir_.fd(), "a", O_WRONLY).value();
  const UniqueFd c = OpenAt(dir_.fd(), "c", O_WRONLY).value();
  // By turns, as two events that are alike are one.
  for (int i = 0; i <= most; ++i) {
    ASSERT_EQ(pwrite((i % 2 == 0 ? a : c).get(), "1", 1, 0), 1);
  }
  RunUntil([&] { return quiet > 0; });
  EXPECT_EQ(quiet, 1);
}

TEST_F(FileChangesTest, AFileThatIsNotThereIsAnErrorThatNamesIt) {
  const auto watch = changes_->Add(Path("none"), IN_MODIFY, [](auto, const auto&) {});
  ASSERT_FALSE(watch);
  EXPECT_NE(watch.error().Message().find("none"), std::string::npos);
}

}  // namespace
}  // namespace headroom
