#include "supervisor/tripwire/wire.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <future>

#include "base/file.h"
#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "container/testing/fake_host.h"
#include "supervisor/guardian/testing/fake_guardian.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Keeps one worker busy until it is let go.
class Roadblock {
 public:
  explicit Roadblock(Workers& workers) {
    workers.Run(
        [gate = std::make_shared<std::future<void>>(gate_.get_future()), reached = reached_] {
          reached->set_value();
          gate->wait();
        });
  }
  void WaitUntilReached() { reached_->get_future().wait(); }
  void Open() { gate_.set_value(); }

 private:
  std::promise<void> gate_;
  std::shared_ptr<std::promise<void>> reached_ = std::make_shared<std::promise<void>>();
};

class WireTest : public testing::Test {
 protected:
  WireTest() {
    // 62 of 64 MiB cannot be reclaimed: the wire may stand, and a high event is worth a photograph.
    host_.Write(File("memory.stat"), "anon 65011712\nfile 0\nshmem 0\n");
    guardian_.Start();
    peer_.AcceptAndBeat();
    EXPECT_TRUE(loop_->RunUntil([&] { return guardian_.ready(); }));
    MakeWire(nullptr, 0ms, false);
  }
  /// The same wire with another owner, who does that once the wire has tripped.
  void ActBeforeKill(decltype(Wire::Owner::act) act, std::chrono::milliseconds hold,
                     bool freeze = false) {
    wire_.reset();
    (void)peer_.Heard();
    MakeWire(std::move(act), hold, freeze);
  }
  void MakeWire(decltype(Wire::Owner::act) act, std::chrono::milliseconds hold, bool freeze,
                Bytes max = Mebibytes(64)) {
    const auto cgroup =
        std::make_shared<const CgroupDir>(CgroupDir::Open(host_.view(), FakeHost::kCgroup).value());
    wire_ = Wire::Create(
        services_,
        {.limit = cgroup, .subject = cgroup, .max = max, .may_hold = true, .throttle = {}},
        {.complete_request = [](PhotographRequest&) {},
         .on_photograph =
             [this](const auto& photograph) {
               ++photographs_;
               if (seen_) seen_(photograph);
             },
         .on_note = [](const std::string&) {},
         .on_stall = [](const StallRecord&) {},
         .act = std::move(act),
         .freeze = freeze,
         .hold_for_act = hold});
  }
  static std::string File(const std::string& name) {
    return std::string("cg") + FakeHost::kCgroup + "/" + name;
  }
  [[nodiscard]] std::string High() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + File("memory.high"), 100).value();
  }
  /// However slow this machine is, the guardian is not silent.
  void RunUntil(const std::function<bool()>& done) {
    peer_.Beat();
    EXPECT_TRUE(loop_->RunUntil(done));
  }
  void Trip() {
    EventReading reading;
    reading.local = MemoryEvents{.high = ++high_events_};
    wire_->OnEvents(reading);
  }
  /// Everything that the chores have done by now has come back to the event loop.
  void FinishChores() {
    bool done = false;
    chores_->Run([&] { loop_->Post([&] { done = true; }); });
    RunUntil([&] { return done; });
  }
  void FinishPhotographs(int count) {
    // Each is handed on twice: its essential part, and the whole.
    RunUntil([&] { return photographs_ >= count && !wire_->photographing_since(); });
  }

  FakeHost host_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  FakeGuardian peer_{host_.path() + "/guardian"};
  GuardianClient guardian_{*loop_,
                           host_.path() + "/guardian",
                           {.on_ready = [] {}, .on_lost = [](const std::string&) {}}};
  HoldTimer timer_;
  // One thread each: what is queued behind a roadblock waits.
  std::unique_ptr<Workers> photographers_ = std::make_unique<Workers>(1U);
  std::unique_ptr<Workers> samplers_ = std::make_unique<Workers>(1U);
  std::unique_ptr<Workers> chores_ = std::make_unique<Workers>(1U);
  WireServices services_{.loop = *loop_,
                         .photographers = *photographers_,
                         .samplers = *samplers_,
                         .chores = *chores_,
                         .timer = timer_,
                         .guardian = guardian_,
                         .host = host_.view(),
                         .model = {.batch_pages = 64, .cpus = 1},
                         .frozen_marks = FrozenMarks(host_.path() + "/run"),
                         .armed_marks = ArmedMarks(host_.path() + "/run")};
  std::uint64_t high_events_ = 0;
  int photographs_ = 0;
  std::function<void(const std::shared_ptr<const Photograph>&)> seen_;
  std::shared_ptr<Wire> wire_;
};

using Verbs = std::vector<GuardianVerb>;

TEST_F(WireTest, TellsTheGuardianBeforeItWritesAndAfterItLifts) {
  Roadblock road(*chores_);
  wire_->Look();
  EXPECT_EQ(High(), "max\n");
  EXPECT_EQ(peer_.Heard(), Verbs{GuardianVerb::kWireUp});
  road.Open();
  FinishChores();
  EXPECT_TRUE(wire_->standing());
  EXPECT_NE(High().substr(0, 3), "max");
  wire_->Release();
  EXPECT_EQ(High().substr(0, 3), "max");
  EXPECT_EQ(peer_.Heard(), Verbs{GuardianVerb::kWireDown});
}

TEST_F(WireTest, IsMarkedForWhoComesAfterUsFromBeforeTheWriteUntilBehindTheLift) {
  const std::string marks = host_.path() + "/run/armed";
  Roadblock road(*chores_);
  wire_->Look();
  EXPECT_EQ(High(), "max\n");
  EXPECT_FALSE(std::filesystem::is_empty(marks));
  wire_->Release();
  EXPECT_FALSE(std::filesystem::is_empty(marks)) << "a write is under way";
  road.Open();
  FinishChores();
  EXPECT_TRUE(std::filesystem::is_empty(marks));
  wire_->Look();
  FinishChores();
  ASSERT_TRUE(wire_->standing());
  // As if all of headroom were killed here.
  EXPECT_EQ(services_.armed_marks.LiftAll(host_.view()).wires.size(), 1U);
  EXPECT_EQ(High().substr(0, 3), "max");
}

TEST_F(WireTest, DoesNotStandWhereItCannotBeMarked) {
  host_.Write("run/armed", "a file");
  wire_->Look();
  FinishChores();
  EXPECT_FALSE(wire_->standing());
  EXPECT_EQ(High(), "max\n");
  EXPECT_EQ(peer_.Heard(), Verbs{});
}

TEST_F(WireTest, OneMoreThanMayBeHeldIsLiftedAtOnceAndPhotographedAllTheSame) {
  std::shared_ptr<const Photograph> last;
  seen_ = [&](const auto& photograph) { last = photograph; };
  services_.holds = kMostHolds;
  wire_->Look();
  FinishChores();
  ASSERT_TRUE(wire_->standing());
  // A photographer that waits: the photograph of one that is not held must not need it.
  Roadblock camera(*photographers_);
  Trip();
  EXPECT_EQ(High().substr(0, 3), "max") << "before anything of it is read";
  EXPECT_EQ(services_.holds.load(), kMostHolds) << "it has taken nobody's place";
  EXPECT_EQ(peer_.Heard(), (Verbs{GuardianVerb::kWireUp, GuardianVerb::kWireDown}));
  FinishPhotographs(1);
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->held.has_value());
  camera.Open();
}

TEST_F(WireTest, IsHeldWhereTheFiguresHaveNothingYetOfWhatIsCharged) {
  wire_->Look();
  FinishChores();
  host_.Write(File("memory.current"), "66000000\n");
  host_.Write(File("memory.stat"), "anon 300000\nfile 100000\nkernel 200000\n");
  std::shared_ptr<const Photograph> last;
  seen_ = [&](const auto& photograph) { last = photograph; };
  Trip();
  FinishPhotographs(2);
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->held.has_value());
  EXPECT_FALSE(wire_->let_through());
}

TEST_F(WireTest, KnowsThatItWasLetThroughUntilItStandsAgain) {
  wire_->Look();
  FinishChores();
  host_.Write(File("memory.current"), "66000000\n");
  host_.Write(File("memory.stat"), "anon 300000\nfile 65400000\nkernel 200000\n");
  Trip();
  EXPECT_EQ(High().substr(0, 3), "max");
  ASSERT_TRUE(wire_->let_through());
  EXPECT_EQ(wire_->let_through()->most_unreclaimable, Bytes{600000}) << "with what is in no figure";
  host_.Write(File("memory.high"), "max\n");  // which the kernel's file says whole
  host_.Write(File("memory.stat"), "anon 63000000\nfile 2800000\nkernel 200000\n");
  wire_->Look();
  FinishChores();
  ASSERT_TRUE(wire_->standing());
  EXPECT_FALSE(wire_->let_through());
}

TEST_F(WireTest, IsLetThroughWhereTheMemoryCannotBeRead) {
  wire_->Look();
  FinishChores();
  std::filesystem::remove(host_.path() + "/" + File("memory.stat"));
  Trip();
  EXPECT_EQ(High().substr(0, 3), "max");
  ASSERT_TRUE(wire_->let_through());
  EXPECT_FALSE(wire_->let_through()->most_unreclaimable);
}

TEST_F(WireTest, AHoldStaysTheGuardiansWhenTheWriteOfItsWireEnds) {
  Roadblock camera(*photographers_);
  Roadblock road(*chores_);
  wire_->Look();
  Trip();  // the kernel counts `high` while the write is still reclaiming
  EXPECT_EQ(peer_.Heard(), (Verbs{GuardianVerb::kWireUp, GuardianVerb::kHold}));
  road.Open();
  FinishChores();
  EXPECT_EQ(peer_.Heard(), Verbs{}) << "it is held: who would lift it when we die?";
  camera.Open();
  FinishPhotographs(1);
  EXPECT_EQ(High().substr(0, 3), "max");
  EXPECT_EQ(peer_.Heard(), Verbs{GuardianVerb::kWireDown});
}

TEST_F(WireTest, TheGuardianKnowsOfAFreezeBeforeItBeginsAndOfItsEndBeforeTheWireIsDown) {
  host_.Write(File("cgroup.freeze"), "0\n");
  host_.Write(File("cgroup.events"), "populated 1\nfrozen 0\n");
  ActBeforeKill(nullptr, 0ms, true);
  Roadblock camera(*photographers_);
  wire_->Look();
  FinishChores();
  Trip();
  EXPECT_EQ(peer_.Heard(), (Verbs{GuardianVerb::kWireUp, GuardianVerb::kHold,
                                  GuardianVerb::kFreezeChanges, GuardianVerb::kFreeze}));
  EXPECT_EQ(ReadFileAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), 100).value(), "0\n");
  EXPECT_FALSE(std::filesystem::is_empty(host_.path() + "/run/frozen")) << "a mark for the next";
  camera.Open();
  FinishPhotographs(1);
  RunUntil([&] { return std::filesystem::is_empty(host_.path() + "/run/frozen"); });
  EXPECT_EQ(ReadFileAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), 100).value(), "0\n");
  const auto heard = peer_.Heard();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.front(), GuardianVerb::kThaw);
}

/// Its container stands still while it is photographed, and the thread that photographs cannot thaw
/// it.
class StuckWireTest : public WireTest {
 protected:
  StuckWireTest() {
    host_.Write(File("cgroup.freeze"), "0\n");
    host_.Write(File("cgroup.events"), "populated 1\nfrozen 0\n");
    ActBeforeKill(nullptr, 0ms, true);
    // It writes 1 to cgroup.freeze, max to memory.high, and then the 0.
    photographers_->Run(
        [this] { refused_ = std::make_unique<FaultPlan>(2U, Fault::kAllFail, EIO, "pwrite"); });
    wire_->Look();
    FinishChores();
    Trip();
  }
  ~StuckWireTest() override {
    std::promise<void> ended;
    photographers_->Run([&] {
      refused_.reset();
      ended.set_value();
    });
    ended.get_future().wait();
  }
  [[nodiscard]] bool IsFrozen() const {
    return ReadFileAt(AT_FDCWD, host_.path() + "/" + File("cgroup.freeze"), 100) == "1\n";
  }
  [[nodiscard]] bool IsMarked() const {
    return !std::filesystem::is_empty(host_.path() + "/run/frozen");
  }
  /// Until it has photographed. False: the timer was first, and thawed it, as a machine that is
  /// busy may have it.
  bool Sticks() {
    std::promise<bool> struck;
    photographers_->Run([&] { struck.set_value(refused_->struck() != nullptr); });
    return struck.get_future().get();
  }

 private:
  std::unique_ptr<FaultPlan> refused_;
};

TEST_F(StuckWireTest, AThawThatFailedIsTriedAgainBeforeTheHoldIsOver) {
  if (!Sticks()) GTEST_SKIP() << "its time was over before it was photographed";
  EXPECT_TRUE(IsFrozen());
  EXPECT_TRUE(IsMarked());
  FinishPhotographs(1);
  RunUntil([&] { return !IsMarked(); });
  EXPECT_FALSE(IsFrozen());
  const auto heard = peer_.Heard();
  EXPECT_NE(std::ranges::find(heard, GuardianVerb::kThaw), heard.end());
}

TEST_F(StuckWireTest, AWireThatEndsWithoutAThawLeavesItToTheGuardianAndToTheMark) {
  if (!Sticks()) GTEST_SKIP() << "its time was over before it was photographed";
  {
    const FaultPlan refused(0U, Fault::kAllFail, EIO, "pwrite");
    FinishPhotographs(1);
    EXPECT_TRUE(IsMarked());
    wire_.reset();
  }
  EXPECT_TRUE(IsFrozen());
  EXPECT_TRUE(IsMarked()) << "whoever comes next has to know";
  const auto heard = peer_.Heard();
  EXPECT_EQ(std::ranges::find(heard, GuardianVerb::kThaw), heard.end())
      << "the guardian would forget it";
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.back(), GuardianVerb::kWireDown) << "upon which it thaws";
}

TEST_F(WireTest, IsHeldUntilWhatThePolicyWantsDoneIsDone) {
  std::function<void()> done;
  ActBeforeKill([&](const Photograph&, std::function<void()> then) { done = std::move(then); },
                30s);
  wire_->Look();
  FinishChores();
  Trip();
  FinishPhotographs(1);
  ASSERT_TRUE(done);
  EXPECT_NE(High().substr(0, 3), "max") << "the action is under way";
  EXPECT_EQ(services_.holds.load(), 1);
  done();
  EXPECT_EQ(High().substr(0, 3), "max");
  EXPECT_EQ(services_.holds.load(), 0);
  const auto heard = peer_.Heard();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.back(), GuardianVerb::kWireDown);
}

TEST_F(WireTest, WithoutAHoldForItTheActionIsBegunAllTheSame) {
  int acted = 0;
  ActBeforeKill(
      [&](const Photograph&, const std::function<void()>& then) {
        ++acted;
        then();
      },
      0s);
  wire_->Look();
  FinishChores();
  Trip();
  FinishPhotographs(1);
  EXPECT_EQ(acted, 1);
  EXPECT_EQ(High().substr(0, 3), "max");
}

TEST_F(WireTest, AWireThatEndsDuringAnActionLeavesNothingHeld) {
  std::function<void()> done;
  ActBeforeKill([&](const Photograph&, std::function<void()> then) { done = std::move(then); },
                30s);
  wire_->Look();
  FinishChores();
  Trip();
  FinishPhotographs(1);
  wire_.reset();
  EXPECT_EQ(High().substr(0, 3), "max");
  ASSERT_TRUE(done);
  done();  // of a wire that is gone
}

TEST_F(WireTest, AWriteThatLandsBehindTheEndOfItsHoldIsLifted) {
  Roadblock camera(*photographers_);
  Roadblock road(*chores_);
  wire_->Look();
  Trip();
  while (services_.holds.load() != 0) std::this_thread::yield();  // the timer ends the hold
  road.Open();
  FinishChores();
  EXPECT_EQ(High().substr(0, 3), "max") << "nobody else lifts it while the photographer waits";
  camera.Open();
  FinishPhotographs(1);
}

TEST_F(WireTest, OneWriteIsUnderWayAtATimeAndTheNextOneFollowsIt) {
  Roadblock first(*chores_);
  wire_->Look();
  Roadblock second(*chores_);
  wire_->Release();
  wire_->Look();
  wire_->Look();
  (void)peer_.Heard();
  first.Open();
  second.WaitUntilReached();
  EXPECT_EQ(High(), "max\n") << "the first one was void before it began";
  EXPECT_FALSE(wire_->standing());
  second.Open();
  FinishChores();  // the end of the first one, which asks for the second
  FinishChores();
  EXPECT_NE(High().substr(0, 3), "max");
  EXPECT_TRUE(wire_->standing());
  EXPECT_EQ(peer_.Heard(), (Verbs{GuardianVerb::kWireDown, GuardianVerb::kWireUp}));
}

TEST_F(WireTest, DoesNotStandBeforeAWorkerHasBegunToWriteIt) {
  Roadblock road(*chores_);
  wire_->Look();
  EXPECT_FALSE(wire_->standing());
  EXPECT_FALSE(wire_->settled());
  road.Open();
  FinishChores();
  EXPECT_TRUE(wire_->standing());
}

TEST_F(WireTest, WhileEveryPhotographerStillReadsItIsLiftedAtOnceAndPhotographedAllTheSame) {
  std::shared_ptr<const Photograph> last;
  seen_ = [&](const auto& photograph) { last = photograph; };
  wire_->Look();
  FinishChores();
  services_.photographing = kMostHolds;
  Roadblock camera(*photographers_);
  Trip();
  EXPECT_EQ(High().substr(0, 3), "max");
  EXPECT_EQ(services_.holds.load(), 0);
  FinishPhotographs(1);
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->held.has_value());
  camera.Open();
}

TEST_F(WireTest, APhotographerIsBusyUntilAllOfItIsReadThoughTheHoldIsOver) {
  wire_->Look();
  FinishChores();
  Roadblock camera(*photographers_);
  Trip();
  while (services_.holds.load() != 0) std::this_thread::yield();  // the timer ends the hold
  EXPECT_EQ(services_.photographing.load(), 1);
  camera.Open();
  FinishPhotographs(2);
  EXPECT_EQ(services_.photographing.load(), 0);
}

TEST_F(WireTest, AtAThresholdMoreThanBeforeIsWorthAnotherPhotographAtOnce) {
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host_.view(), FakeHost::kCgroup).value());
  wire_ = Wire::Create(
      services_,
      {.limit = cgroup, .subject = cgroup, .max = Mebibytes(64), .may_hold = false, .throttle = {}},
      {.complete_request = [](PhotographRequest&) {},
       .on_photograph = [this](const auto&) { ++photographs_; },
       .on_note = [](const std::string&) {},
       .on_stall = [](const StallRecord&) {},
       .act = {}});
  const auto cross = [this] {
    bool later = false;  // crossings within some milliseconds are one
    const auto timer = loop_->After(20ms, 1ms, [&] { later = true; });
    RunUntil([&] { return later; });
    wire_->OnThreshold();
    return wire_->photographing_since().has_value();
  };
  EXPECT_TRUE(cross());
  FinishPhotographs(2);
  EXPECT_FALSE(cross()) << "page cache comes and goes";
  host_.Write(File("memory.stat"), "anon 66800000\nfile 0\nshmem 0\n");
  EXPECT_TRUE(cross());
  FinishPhotographs(4);
  EXPECT_EQ(High(), "max\n");
}

TEST_F(WireTest, ANumberThatStoodBeforeIsSomebodyElsesAndIsNeverTouched) {
  wire_.reset();
  (void)peer_.Heard();
  host_.Write(File("memory.high"), "41943040\n");
  MakeWire(nullptr, 0ms, false);
  wire_->Look();
  Trip();
  FinishChores();
  EXPECT_FALSE(wire_->standing());
  wire_->Release();
  wire_.reset();
  EXPECT_EQ(High(), "41943040\n");
  const auto heard = peer_.Heard();
  EXPECT_EQ(std::ranges::count(heard, GuardianVerb::kWireDown), std::ssize(heard));
}

TEST_F(WireTest, OurNumberIsLiftedWhereNoWireStands) {
  const std::string ours =
      ToCgroupText(Limit(TripwireHigh(Mebibytes(64), services_.model).value()));
  const std::string path = host_.path() + "/" + File("memory.high");
  ASSERT_TRUE(WriteKernelFile(AT_FDCWD, path, ours));
  wire_->OnHighWritten();
  EXPECT_EQ(High().substr(0, 3), "max");
}

TEST_F(WireTest, MemoryStatIsReadTwentyTimesASecondAtMostHoweverOftenTheLimitIsMet) {
  const UniqueFd opened(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const std::string stat = host_.path() + "/" + File("memory.stat");
  ASSERT_GE(inotify_add_watch(opened.get(), stat.c_str(), IN_OPEN), 0);
  EventReading reading;
  reading.local = MemoryEvents{.max = 100};
  alignas(inotify_event) std::array<char, 4096> event{};
  int looks = 0;
  const BootTime start = NowBoot();
  for (int i = 0; i < 1000; ++i) {
    ++*reading.local->max;
    wire_->OnEvents(reading);
    // At once, as inotify makes one of two that are alike.
    if (read(opened.get(), event.data(), event.size()) > 0) ++looks;
  }
  EXPECT_GE(looks, 1) << "the first one is looked at";
  EXPECT_LE(looks, 1 + (NowBoot() - start) / 50ms);
}

TEST_F(WireTest, EndsAtTheGuardianAlsoWhileAWriteIsUnderWay) {
  const std::string marks = host_.path() + "/run/armed";
  Roadblock road(*chores_);
  wire_->Look();
  wire_->Release();
  wire_.reset();
  EXPECT_FALSE(std::filesystem::is_empty(marks)) << "the number may still land";
  road.Open();
  FinishChores();
  EXPECT_EQ(High(), "max\n");
  EXPECT_TRUE(std::filesystem::is_empty(marks));
  EXPECT_EQ(peer_.Heard(), (Verbs{GuardianVerb::kWireUp, GuardianVerb::kWireDown}));
}

TEST_F(WireTest, ANumberThatLandsBehindTheEndOfItsWireIsNotSomebodyElsesToTheNextOne) {
  const std::string late =
      ToCgroupText(Limit(TripwireHigh(Mebibytes(64), services_.model).value()));
  const std::string marks = host_.path() + "/run/armed";
  Roadblock road(*chores_);
  wire_->Look();
  wire_.reset();
  ASSERT_TRUE(WriteKernelFile(AT_FDCWD, host_.path() + "/" + File("memory.high"), late));
  MakeWire(nullptr, 0ms, false, Mebibytes(65));
  EXPECT_EQ(High().substr(0, 3), "max");
  host_.Write(File("memory.high"), "max\n");  // which the kernel's file says whole
  wire_->Look();
  road.Open();
  FinishChores();
  EXPECT_TRUE(wire_->standing());
  EXPECT_FALSE(std::filesystem::is_empty(marks)) << "the end of the first one is not the second's";
  EXPECT_EQ(services_.armed_marks.Standing(host_.view()).size(), 1U);
}

}  // namespace
}  // namespace headroom
