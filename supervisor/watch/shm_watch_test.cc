#include "supervisor/watch/shm_watch.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "base/testing/own_namespaces.h"
#include "evidence/shared_memory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// A process with a /dev/shm of its own, in which it makes a file each time that it is asked.
class ContainerWithShm {
 public:
  ContainerWithShm() {
    if (pipe(orders_.data()) != 0 || pipe(answers_.data()) != 0) return;
    pid_ = fork();
    if (pid_ == 0) Live();
    ready_ = Answer() == 'r';
  }
  ContainerWithShm(const ContainerWithShm&) = delete;
  ContainerWithShm& operator=(const ContainerWithShm&) = delete;
  ~ContainerWithShm() {
    End();
    for (const int fd : {orders_[0], orders_[1], answers_[0], answers_[1]}) (void)close(fd);
  }

  /// False: this user may not make such a process here.
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] ProcessId id() const { return ReadProcessStat({}, pid_)->id; }
  /// "/dev/shm/a" for 'a'.
  void MakeFile(char name) const {
    ASSERT_EQ(write(orders_[1], &name, 1), 1);
    ASSERT_EQ(Answer(), name);
  }
  void End() {
    if (pid_ <= 0) return;
    (void)kill(pid_, SIGKILL);
    (void)waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  [[noreturn]] void Live() const {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    const bool made = EnterOwnNamespaces() && mount("shm", "/dev/shm", "tmpfs", 0, "size=1m") == 0;
    char word = made ? 'r' : 'n';
    while (write(answers_[1], &word, 1) == 1 && read(orders_[0], &word, 1) == 1) {
      std::ofstream(std::string("/dev/shm/") + word) << std::string(5000, 'x');
    }
    _exit(0);
  }
  [[nodiscard]] char Answer() const {
    char word = 0;
    return read(answers_[0], &word, 1) == 1 ? word : '\0';
  }

  std::array<int, 2> orders_{-1, -1};
  std::array<int, 2> answers_{-1, -1};
  pid_t pid_ = 0;
  bool ready_ = false;
};

class ShmWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!container_.ready()) GTEST_SKIP() << "no mounts of one's own here";
  }
  /// Until everything that was asked of the workers is done.
  void Finish() {
    bool done = false;
    samplers_->Run([&] { loop_->Post([&] { done = true; }); });
    ASSERT_TRUE(loop_->RunUntil([&] { return done; }));
  }
  /// The names on /dev/shm as of the last look, one after the other.
  [[nodiscard]] std::string Seen() const {
    if (!watch_.last()) return "nothing";
    const auto listing = ParseShm(watch_.last()->bytes, "shm.json");
    std::string names;
    for (const ShmFile& file : listing->files) names += file.path.back();
    std::sort(names.begin(), names.end());
    return names;
  }

  ContainerWithShm container_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  GuardianClient guardian_{*loop_, "/nobody", {.on_ready = [] {}, .on_lost = [](const auto&) {}}};
  HoldTimer timer_;
  std::unique_ptr<Workers> photographers_ = std::make_unique<Workers>(1U);
  std::unique_ptr<Workers> samplers_ = std::make_unique<Workers>(1U);
  std::unique_ptr<Workers> chores_ = std::make_unique<Workers>(1U);
  WireServices services_{.loop = *loop_,
                         .photographers = *photographers_,
                         .samplers = *samplers_,
                         .chores = *chores_,
                         .timer = timer_,
                         .guardian = guardian_,
                         .host = {},
                         .model = {.batch_pages = 64, .cpus = 1},
                         .frozen_marks = FrozenMarks("/nobody"),
                         .armed_marks = ArmedMarks("/nobody")};
  ShmWatch watch_{services_};
};

TEST_F(ShmWatchTest, KeepsWhatLayThereWhenTheContainerIsGone) {
  container_.MakeFile('a');
  const ProcessId init = container_.id();
  watch_.Look(init, ShmWatch::Haste::kNow);
  Finish();
  EXPECT_EQ(Seen(), "a");
  EXPECT_TRUE(watch_.last()->row.captured_boot) << "when it was, belongs to what it was";
  container_.End();
  watch_.Look(init, ShmWatch::Haste::kNow);
  Finish();
  EXPECT_EQ(Seen(), "a");
}

TEST_F(ShmWatchTest, LooksOnceASecondUnlessThereIsHaste) {
  const BootTime start = NowBoot();
  container_.MakeFile('a');
  watch_.Look(container_.id(), ShmWatch::Haste::kNone);
  Finish();
  container_.MakeFile('b');
  watch_.Look(container_.id(), ShmWatch::Haste::kNone);
  Finish();
  if (NowBoot() - start < 1s) {  // a machine may be that busy
    EXPECT_EQ(Seen(), "a");
  }
  watch_.Look(container_.id(), ShmWatch::Haste::kNow);
  Finish();
  EXPECT_EQ(Seen(), "ab");
  container_.MakeFile('c');
  std::this_thread::sleep_for(1100ms);
  watch_.Look(container_.id(), ShmWatch::Haste::kNone);
  Finish();
  EXPECT_EQ(Seen(), "abc");
}

TEST_F(ShmWatchTest, AnotherProcessThatGotTheNumberIsNotItsOwner) {
  container_.MakeFile('a');
  ProcessId earlier = container_.id();
  --earlier.start_ticks;
  watch_.Look(earlier, ShmWatch::Haste::kNow);
  Finish();
  EXPECT_EQ(Seen(), "nothing");
}

TEST_F(ShmWatchTest, MayGoWhileALookIsUnderWay) {
  {
    ShmWatch passing(services_);
    passing.Look(container_.id(), ShmWatch::Haste::kNow);
  }
  Finish();
}

TEST_F(ShmWatchTest, TheHostsOwnIsNotTheContainers) {
  watch_.Look(ReadProcessStat({}, getpid())->id, ShmWatch::Haste::kNow);
  Finish();
  EXPECT_EQ(Seen(), "nothing");
}

}  // namespace
}  // namespace headroom
