#include "cli/systemd/bus.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(BusAddressOf, LeavesAnOrdinaryPathAsItIs) {
  EXPECT_EQ(BusAddressOf("/run/user/1000/systemd/private"),
            "unix:path=/run/user/1000/systemd/private");
}

TEST(BusAddressOf, EscapesWhatWouldEndThePath) {
  EXPECT_EQ(BusAddressOf("/a b,c;d=e%\xc3"), "unix:path=/a%20b%2cc%3bd%3de%25%c3");
}

}  // namespace
}  // namespace headroom
