#include "supervisor/guardian/protocol.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace headroom {
namespace {

using namespace std::chrono_literals;

struct Pair {
  UniqueFd left;
  UniqueFd right;
};

Pair ConnectedPair() {
  std::array<int, 2> fds{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds.data()), 0);
  return {.left = UniqueFd(fds[0]), .right = UniqueFd(fds[1])};
}

TEST(GuardianMessage, SurvivesTheRoundTrip) {
  const GuardianMessage message{.verb = GuardianVerb::kHold,
                                .wire = 7,
                                .high = Mebibytes(61),
                                .deadline = 12s,
                                .inode = 9,
                                .releases = 3};
  const auto back = DecodeGuardianMessage(EncodeGuardianMessage(message));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->verb, GuardianVerb::kHold);
  EXPECT_EQ(back->wire, 7U);
  EXPECT_EQ(back->high, Mebibytes(61));
  EXPECT_EQ(back->deadline, 12s);
  EXPECT_EQ(back->inode, 9U);
  EXPECT_EQ(back->releases, 3U);
}

TEST(GuardianMessage, OfAnotherSizeMagicOrVerbIsRefused) {
  std::string bytes = EncodeGuardianMessage({});
  EXPECT_FALSE(DecodeGuardianMessage(bytes.substr(1)));
  EXPECT_FALSE(DecodeGuardianMessage(bytes + "x"));
  EXPECT_FALSE(DecodeGuardianMessage(""));
  bytes[0] = 'x';
  EXPECT_FALSE(DecodeGuardianMessage(bytes));
  bytes = EncodeGuardianMessage({});
  bytes[4] = 99;
  EXPECT_FALSE(DecodeGuardianMessage(bytes));
}

TEST(GuardianConnection, CarriesADescriptorThatStaysTheSendersToo) {
  const Pair pair = ConnectedPair();
  const UniqueFd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(SendToPeer(pair.left.get(), {.verb = GuardianVerb::kWireUp, .wire = 1}, file.get()));
  auto delivery = ReceiveFromPeer(pair.right.get());
  ASSERT_TRUE(delivery && *delivery);
  ASSERT_TRUE((*delivery)->descriptor.valid());
  struct stat sent{};
  struct stat received{};
  ASSERT_EQ(fstat(file.get(), &sent), 0);
  ASSERT_EQ(fstat((*delivery)->descriptor.get(), &received), 0);
  EXPECT_EQ(sent.st_ino, received.st_ino);
}

TEST(GuardianConnection, TellsNothingThereFromTheEnd) {
  Pair pair = ConnectedPair();
  const auto nothing = ReceiveFromPeer(pair.right.get());
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->has_value());
  pair.left.Reset();
  const auto ended = ReceiveFromPeer(pair.right.get());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kGone);
}

TEST(GuardianConnection, RefusesAMessageThatIsTooLongInsteadOfCuttingIt) {
  const Pair pair = ConnectedPair();
  const std::string text(100, 'x');
  ASSERT_EQ(send(pair.left.get(), text.data(), text.size(), 0), 100);
  EXPECT_FALSE(ReceiveFromPeer(pair.right.get()));
}

TEST(GuardianConnection, NeverBlocksOnAPeerThatDoesNotRead) {
  const Pair pair = ConnectedPair();
  Status sent;
  for (int i = 0; i < 100'000 && sent; ++i) sent = SendToPeer(pair.left.get(), {}, UniqueFd::kNone);
  EXPECT_FALSE(sent);
}

}  // namespace
}  // namespace headroom
