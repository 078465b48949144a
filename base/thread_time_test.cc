#include "base/thread_time.h"

#include <gtest/gtest.h>

#include <thread>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(ThreadTime, CountsWhatIsDoneAndNotWhatIsWaitedFor) {
  const auto begun = ThreadTime();
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(ThreadTime() - begun, 300ms);
  while (ThreadTime() - begun < 20ms) {
  }
}

}  // namespace
}  // namespace headroom
