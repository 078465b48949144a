#include "supervisor/retention/keeper.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kGap = 400ms;

class StoreKeeperTest : public testing::Test {
 protected:
  void Publish(std::uint64_t from) {
    Store::Draft draft = OomDraft();
    draft.incident.from = from;
    draft.incident.to = from + 1;
    draft.at = NowWall() + std::chrono::seconds(from);
    ASSERT_TRUE(store_.Publish(draft));
  }
  /// Lets the loop run until so many bundles are left, or `patience` has passed.
  std::size_t LeftAfter(std::size_t expected, std::chrono::nanoseconds patience) {
    const BootTime end = NowBoot() + patience;
    bool over = false;
    auto tick = loop_->After(patience, 0ns, [&] { over = true; });
    EXPECT_TRUE(tick);
    std::function<void()> look;
    EventLoop::Source again;
    look = [&] {
      auto timer = loop_->After(10ms, 0ns, look);
      if (timer) again = std::move(*timer);
    };
    look();
    (void)loop_->RunUntil(
        [&] { return over || NowBoot() > end || store_.List().value().size() == expected; });
    return store_.List().value().size();
  }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
};

TEST_F(StoreKeeperTest, LooksAtTheStartAndAfterAPublicationButNotTwiceInARow) {
  dir_.Write("etc/policy.json", R"({"retention": {"per_container": 1}})");
  Publish(0);
  Publish(1);
  StoreKeeper keeper(*loop_,
                     {.run_dir = dir_.path() + "/run",
                      .store_dir = store_.dir(),
                      .config_dir = dir_.path() + "/etc"},
                     kGap);
  keeper.Start();
  EXPECT_EQ(LeftAfter(1, 10s), 1U);
  const BootTime first = NowBoot();
  Publish(2);
  keeper.LookSoon();
  EXPECT_EQ(LeftAfter(1, 30s), 1U);
  EXPECT_GE(NowBoot() - first, kGap - 50ms) << "a crash loop costs no more than that";
}

}  // namespace
}  // namespace headroom
