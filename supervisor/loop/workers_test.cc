#include "supervisor/loop/workers.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace headroom {
namespace {

TEST(Workers, AreBusyFromWhatIsQueuedToItsEnd) {
  Workers workers(1);
  EXPECT_FALSE(workers.IsBusy());
  std::promise<void> begun;
  std::promise<void> let_go;
  workers.Run([&] {
    begun.set_value();
    let_go.get_future().wait();
  });
  EXPECT_TRUE(workers.IsBusy()) << "queued";
  begun.get_future().wait();
  EXPECT_TRUE(workers.IsBusy()) << "under way";
  let_go.set_value();
  while (workers.IsBusy()) std::this_thread::yield();
}

}  // namespace
}  // namespace headroom
