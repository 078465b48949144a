#include "kernel/exit/exit_message.h"

#include <arpa/inet.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>

#include <bit>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace headroom {
namespace {

// The event lies behind two headers. In the kernel's own words, for every kernel since 2.6.15:
//   16  struct nlmsghdr
//   20  struct cn_msg: whose message, sequence, acknowledgement, length, flags
//    4  proc_event.what    (offset 36)
//    4  proc_event.cpu
//    8  proc_event.timestamp_ns
//    4  exit.process_pid   (offset 52)
//    4  exit.process_tgid
//    4  exit.exit_code
//    4  exit.exit_signal   and in later kernels the parent's numbers
constexpr std::size_t kAck = 28;
constexpr std::size_t kWhat = 36;
constexpr std::size_t kTime = 44;
constexpr std::size_t kPid = 52;
constexpr std::size_t kTgid = 56;
constexpr std::size_t kStatus = 60;
static_assert(sizeof(nlmsghdr) + offsetof(cn_msg, ack) == kAck);
static_assert(sizeof(nlmsghdr) == 16 && sizeof(cn_msg) == 20);
static_assert(sizeof(nlmsghdr) + sizeof(cn_msg) + offsetof(proc_event, event_data) == kPid);
static_assert(sizeof(nlmsghdr) + sizeof(cn_msg) + offsetof(proc_event, timestamp_ns) == kTime);

constexpr std::uint32_t kExitEvent = 0x80000000U;
constexpr std::uint32_t kAnswer = 0;

// A wait status is a number of this machine: its signal in the lowest byte, its code above.
constexpr bool kLittle = std::endian::native == std::endian::little;
constexpr std::size_t kSignalByte = kLittle ? kStatus : kStatus + 3;
constexpr std::size_t kCodeByte = kLittle ? kStatus + 1 : kStatus + 2;

template <typename T>
std::optional<T> At(std::string_view bytes, std::size_t offset) {
  T value{};
  if (bytes.size() < offset + sizeof value) return std::nullopt;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

constexpr sock_filter Do(unsigned code, std::uint32_t k) {
  return {.code = static_cast<std::uint16_t>(code), .jt = 0, .jf = 0, .k = k};
}

/// `yes` and `no`: how many instructions are skipped.
constexpr sock_filter If(unsigned test, std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
  return {.code = static_cast<std::uint16_t>(BPF_JMP | test), .jt = yes, .jf = no, .k = k};
}

}  // namespace

std::optional<ExitMessage> ParseExitMessage(std::string_view datagram) {
  if (At<std::uint32_t>(datagram, kWhat) != kExitEvent) return std::nullopt;
  const auto pid = At<std::int32_t>(datagram, kPid);
  const auto tgid = At<std::int32_t>(datagram, kTgid);
  const auto at = At<std::uint64_t>(datagram, kTime);
  const auto wait = At<std::uint32_t>(datagram, kStatus);
  if (!pid || !tgid || !at || !wait || *pid <= 0 || *pid != *tgid) return std::nullopt;
  const auto status = ParseWaitStatus(*wait);
  constexpr std::uint64_t kMostTime = std::uint64_t{1} << 61U;
  if (!status || *at > kMostTime) return std::nullopt;
  return ExitMessage{.pid = *pid,
                     .at = std::chrono::nanoseconds(static_cast<std::int64_t>(*at)),
                     .status = *status};
}

std::optional<ConnectorAnswer> ParseConnectorAnswer(std::string_view datagram) {
  if (At<std::uint32_t>(datagram, kWhat) != kAnswer) return std::nullopt;
  const auto error = At<std::uint32_t>(datagram, kPid);
  constexpr std::uint32_t kMostErrno = 4095;
  if (!error || *error > kMostErrno) return std::nullopt;
  return ConnectorAnswer{.error = static_cast<int>(*error),
                         .ack = At<std::uint32_t>(datagram, kAck).value_or(0)};
}

// The filter reads numbers in the order of the network: so constants are turned round.
std::array<sock_filter, 20> ExitFilter() {
  constexpr std::uint32_t kPass = 0xFFFFFFFFU;
  return {{
      /* 0*/ Do(BPF_LD | BPF_W | BPF_ABS, kWhat),
      /* 1*/ If(BPF_JEQ, htonl(kAnswer), 17, 0),
      /* 2*/ If(BPF_JEQ, htonl(kExitEvent), 0, 15),
      /* 3*/ Do(BPF_LD | BPF_W | BPF_ABS, kPid),
      /* 4*/ Do(BPF_MISC | BPF_TAX, 0),
      /* 5*/ Do(BPF_LD | BPF_W | BPF_ABS, kTgid),
      /* 6*/ If(BPF_JEQ | BPF_X, 0, 0, 11),  // else a thread whose process lives on
      /* 7*/ Do(BPF_LD | BPF_B | BPF_ABS, kSignalByte),
      /* 8*/ Do(BPF_ALU | BPF_AND, 0x7F),  // without the bit of a core
      /* 9*/ If(BPF_JEQ, 0, 4, 0),         // it ended by itself: its code decides
      /*10*/ If(BPF_JEQ, SIGABRT, 8, 0),
      /*11*/ If(BPF_JEQ, SIGBUS, 7, 0),
      /*12*/ If(BPF_JEQ, SIGKILL, 6, 0),
      /*13*/ If(BPF_JEQ, SIGSEGV, 5, 4),
      /*14*/ Do(BPF_LD | BPF_B | BPF_ABS, kCodeByte),
      /*15*/ If(BPF_JEQ, 139, 3, 0),
      /*16*/ If(BPF_JGT, 137, 1, 0),
      /*17*/ If(BPF_JGE, 134, 1, 0),
      /*18*/ Do(BPF_RET, 0),
      /*19*/ Do(BPF_RET, kPass),
  }};
}

}  // namespace headroom
