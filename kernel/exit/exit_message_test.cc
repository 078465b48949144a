#include "kernel/exit/exit_message.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <cstring>
#include <string>

#include "base/unique_fd.h"

namespace headroom {
namespace {

/// A datagram as the kernel lays it out; numbers in this machine's order.
class Datagram {
 public:
  Datagram(std::uint32_t what, std::uint32_t pid, std::uint32_t tgid, std::uint32_t status)
      : bytes_(76, '\0') {
    Put(36, what);
    Put(44, std::uint64_t{5'000'000'000});
    Put(52, pid);
    Put(56, tgid);
    Put(60, status);
    Put(64, std::uint32_t{17});
  }
  template <typename T>
  void Put(std::size_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

constexpr std::uint32_t kExit = 0x80000000U;

std::string Ended(std::uint32_t status) { return Datagram(kExit, 513, 513, status).bytes(); }

/// Whether the kernel hands the datagram to a socket that has the filter.
bool Passes(const std::string& datagram) {
  std::array<int, 2> ends{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd writer(ends[0]);
  const UniqueFd reader(ends[1]);
  auto filter = ExitFilter();
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                           .filter = filter.data()};
  EXPECT_EQ(setsockopt(reader.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  (void)send(writer.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
  std::array<char, 256> buffer{};
  return recv(reader.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0;
}

TEST(ExitFilter, PassesTheEndsThatAKillLeaves) {
  for (const int signal : {SIGKILL, SIGABRT, SIGBUS, SIGSEGV}) {
    EXPECT_TRUE(Passes(Ended(static_cast<std::uint32_t>(signal)))) << signal;
    EXPECT_TRUE(Passes(Ended(static_cast<std::uint32_t>(signal) | 0x80U))) << signal;
  }
  for (const std::uint32_t code : {134U, 135U, 136U, 137U, 139U}) {
    EXPECT_TRUE(Passes(Ended(code << 8U))) << code;
  }
}

TEST(ExitFilter, DropsEveryOtherEnd) {
  for (std::uint32_t code = 0; code < 256; ++code) {
    const bool wanted = code >= 134 && code <= 139 && code != 138;
    EXPECT_EQ(Passes(Ended(code << 8U)), wanted) << code;
  }
  for (std::uint32_t signal = 1; signal < 65; ++signal) {
    const bool wanted =
        signal == SIGKILL || signal == SIGABRT || signal == SIGBUS || signal == SIGSEGV;
    EXPECT_EQ(Passes(Ended(signal)), wanted) << signal;
  }
}

TEST(ExitFilter, DropsThreadsAndOtherEvents) {
  EXPECT_FALSE(Passes(Datagram(kExit, 514, 513, SIGKILL).bytes()));
  for (const std::uint32_t what : {1U, 2U, 4U, 0x40000000U, 0x20000000U}) {
    EXPECT_FALSE(Passes(Datagram(what, 513, 513, SIGKILL).bytes())) << what;
  }
}

TEST(ExitFilter, DropsWhatIsTooShort) {
  EXPECT_FALSE(Passes(Ended(SIGKILL).substr(0, 60)));
  EXPECT_FALSE(Passes("x"));
}

TEST(ExitFilter, PassesAnAnswer) { EXPECT_TRUE(Passes(Datagram(0, 1, 0, 0).bytes())); }

TEST(ExitMessage, HasTheProcessTheTimeAndTheStatus) {
  const auto message = ParseExitMessage(Ended(137U << 8U));
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->pid, 513);
  EXPECT_EQ(message->at, std::chrono::seconds(5));
  EXPECT_EQ(message->status, (ExitStatus{.signal = {}, .code = 137}));
}

TEST(ExitMessage, AThreadAnotherEventAndAShortOneAreNone) {
  EXPECT_FALSE(ParseExitMessage(Datagram(kExit, 514, 513, SIGKILL).bytes()));
  EXPECT_FALSE(ParseExitMessage(Datagram(2, 513, 513, SIGKILL).bytes()));
  for (std::size_t size = 0; size < 64; ++size) {
    EXPECT_FALSE(ParseExitMessage(Ended(SIGKILL).substr(0, size))) << size;
  }
}

TEST(ExitMessage, NumbersThatNoKernelHasAreRefused) {
  EXPECT_FALSE(ParseExitMessage(Datagram(kExit, 0, 0, SIGKILL).bytes()));
  EXPECT_FALSE(ParseExitMessage(Datagram(kExit, 0x80000001U, 0x80000001U, 9).bytes()));
  EXPECT_FALSE(ParseExitMessage(Datagram(kExit, 513, 513, 0x10009).bytes()));
  Datagram late(kExit, 513, 513, SIGKILL);
  late.Put(44, ~std::uint64_t{0});
  EXPECT_FALSE(ParseExitMessage(late.bytes()));
}

TEST(ConnectorAnswer, IsAnErrnoValueAndWhoseRequestItAnswers) {
  Datagram refusal(0, 1, 0, 0);
  refusal.Put(28, std::uint32_t{0xFFFFFFF7U});
  const auto answer = ParseConnectorAnswer(refusal.bytes());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->error, 1);
  EXPECT_EQ(answer->ack, 0xFFFFFFF7U);
  EXPECT_EQ(ParseConnectorAnswer(Datagram(0, 0, 0, 0).bytes())->error, 0);
  EXPECT_FALSE(ParseConnectorAnswer(Ended(SIGKILL)));
  EXPECT_FALSE(ParseConnectorAnswer(Datagram(0, 70000, 0, 0).bytes()));
}

}  // namespace
}  // namespace headroom
