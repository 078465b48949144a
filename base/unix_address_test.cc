#include "base/unix_address.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

TEST(UnixAddress, IsWhereASocketCanBeBoundAndReached) {
  const TemporaryDirectory dir;
  const auto address = UnixAddress::Of(dir.path() + "/socket").value();
  const UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(listener.get(), address.get(), UnixAddress::size()), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  const UniqueFd caller(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(connect(caller.get(), address.get(), UnixAddress::size()), 0);
}

TEST(UnixAddress, OfAPathThatDoesNotFitIsAnErrorAndNotACutOne) {
  EXPECT_TRUE(UnixAddress::Of(std::string(107, 'a')));
  const auto refused = UnixAddress::Of(std::string(108, 'a'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace headroom
