#include "cli/systemd/unit_property.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "cli/systemd/bus.h"
#include "container/supervision/supervisor_units.h"

namespace headroom {
namespace {

/// What the next basic value of a message is.
std::string BasicText(sd_bus_message* message, char type) {
  union {
    const char* text;
    std::uint64_t t;
    std::uint32_t u;
    std::int32_t i;
    std::uint8_t y;
    int b;
  } value{};
  EXPECT_GT(sd_bus_message_read_basic(message, type, &value), 0);
  switch (type) {
    case 't':
      return fmt::format("{}", value.t);
    case 'u':
      return fmt::format("{}", value.u);
    case 'i':
      return fmt::format("{}", value.i);
    case 'y':
      return fmt::format("{}", value.y);
    case 'b':
      return value.b != 0 ? "true" : "false";
    default:
      return value.text;
  }
}

/// All that follows in the container that is open, with its type before each variant's.
std::string RestText(sd_bus_message* message) {
  std::string text;
  char type = 0;
  const char* contents = nullptr;
  while (sd_bus_message_peek_type(message, &type, &contents) > 0) {
    if (!text.empty()) text += ' ';
    if (contents == nullptr) {
      text += BasicText(message, type);
      continue;
    }
    EXPECT_GT(sd_bus_message_enter_container(message, type, contents), 0);
    text += type == 'v' ? fmt::format("{} {}", contents, RestText(message))
                        : fmt::format("[{}]", RestText(message));
    EXPECT_GE(sd_bus_message_exit_container(message), 0);
  }
  return text;
}

/// Nobody reads what it has said: nothing to wait for.
struct BusDropper {
  void operator()(sd_bus* bus) const { (void)sd_bus_close_unref(bus); }
};

class UnitPropertyTest : public testing::Test {
 protected:
  /// A bus that nobody answers on: messages can be made of it.
  UnitPropertyTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    other_ = UniqueFd(ends[1]);
    sd_bus* raw = nullptr;
    EXPECT_GE(sd_bus_new(&raw), 0);
    bus_.reset(raw);
    EXPECT_GE(sd_bus_set_fd(raw, ends[0], ends[0]), 0);
    EXPECT_GE(sd_bus_start(raw), 0);
  }
  [[nodiscard]] BusMessage NewMessage() const {
    sd_bus_message* raw = nullptr;
    EXPECT_GE(sd_bus_message_new_method_call(bus_.get(), &raw, kSystemdName, kSystemdPath,
                                             kSystemdManager, "StartTransientUnit"),
              0);
    return BusMessage(raw);
  }
  /// "[name type value]", of the properties that the line became.
  [[nodiscard]] std::string Sent(std::string_view line) const {
    const BusMessage message = NewMessage();
    const int done = AppendUnitProperty(message.get(), line);
    if (done < 0) return fmt::format("error {}", -done);
    EXPECT_GE(sd_bus_message_seal(message.get(), 1, 0), 0);
    EXPECT_GE(sd_bus_message_rewind(message.get(), 1), 0);
    return RestText(message.get());
  }

  UniqueFd other_;
  std::unique_ptr<sd_bus, BusDropper> bus_;
};

TEST_F(UnitPropertyTest, TimesAreMicrosecondsAndHaveAnotherName) {
  EXPECT_EQ(Sent("WatchdogSec=1500ms"), "[WatchdogUSec t 1500000]");
  EXPECT_EQ(Sent("WatchdogSec=30"), "[WatchdogUSec t 30000000]");
  EXPECT_EQ(Sent("StartLimitIntervalSec=0"), "[StartLimitIntervalUSec t 0]");
  EXPECT_EQ(Sent("WatchdogSec=1.5s"), "error 22");
  EXPECT_EQ(Sent("WatchdogSec="), "error 22");
}

TEST_F(UnitPropertyTest, AmountsAreBytesAndALimitIsBothTheHardAndTheSoftOne) {
  EXPECT_EQ(Sent("MemoryMin=32M"), "[MemoryMin t 33554432]");
  EXPECT_EQ(Sent("LimitNOFILE=65536"), "[LimitNOFILE t 65536] [LimitNOFILESoft t 65536]");
  EXPECT_EQ(Sent("LimitMEMLOCK=infinity"),
            "[LimitMEMLOCK t 18446744073709551615] [LimitMEMLOCKSoft t 18446744073709551615]");
}

TEST_F(UnitPropertyTest, NamesOfSignalsErrorsAndCapabilitiesAreNumbers) {
  EXPECT_EQ(Sent("WatchdogSignal=SIGKILL"), "[WatchdogSignal i 9]");
  EXPECT_EQ(Sent("SystemCallErrorNumber=EPERM"), "[SystemCallErrorNumber i 1]");
  EXPECT_EQ(Sent("OOMScoreAdjust=-900"), "[OOMScoreAdjust i -900]");
  EXPECT_EQ(Sent("UMask=0077"), "[UMask u 63]");
  EXPECT_EQ(Sent("CapabilityBoundingSet="), "[CapabilityBoundingSet t 0]");
  EXPECT_EQ(Sent("CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_SYSLOG"),
            "[CapabilityBoundingSet t 17179869186]");
  EXPECT_EQ(Sent("CapabilityBoundingSet=CAP_OF_ANOTHER"), "error 22");
}

TEST_F(UnitPropertyTest, WhatIsRunBehindTheEndHasItsPowersOnlyWhereTheLineSaysSo) {
  EXPECT_EQ(Sent("ExecStopPost=/usr/bin/undo"),
            "[ExecStopPost a(sasb) [[/usr/bin/undo [/usr/bin/undo] false]]]")
      << "the other name is lost with a daemon-reload (systemd 252)";
  EXPECT_EQ(Sent("ExecStopPost=+/usr/bin/undo"),
            "[ExecStopPostEx a(sasas) [[/usr/bin/undo [/usr/bin/undo] [privileged]]]]");
  EXPECT_EQ(Sent("ExecStopPost=/usr/bin/undo --all"), "error 22") << "arguments are not known";
  EXPECT_EQ(Sent("ExecStopPost=-/usr/bin/undo"), "error 22");
  EXPECT_EQ(Sent("OOMScoreAdjust=+5"), "error 22");
}

TEST_F(UnitPropertyTest, ListsAreWordsAndAFilterSaysWhetherItAllows) {
  EXPECT_EQ(Sent("ReadWritePaths=-/a /b"), "[ReadWritePaths as [-/a /b]]");
  EXPECT_EQ(Sent("SystemCallFilter=@a b"), "[SystemCallFilter (bas) [true [@a b]]]");
  EXPECT_EQ(Sent("SystemCallFilter=~@a b"), "[SystemCallFilter (bas) [false [@a b]]]");
  EXPECT_EQ(Sent("DeviceAllow=/dev/kmsg r"), "[DeviceAllow a(ss) [[/dev/kmsg r]]]");
  EXPECT_EQ(Sent("RestrictNamespaces=yes"), "[RestrictNamespaces t 0]");
  EXPECT_EQ(Sent("IPAddressDeny=any"),
            "[IPAddressDeny a(iayu) [[2 [0 0 0 0] 0] [10 [0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0] 0]]]");
}

TEST_F(UnitPropertyTest, EveryLineOfTheUnitsThatAreStartedForWantOfOneIsKnown) {
  for (const auto& units : {TransientUnitsOfSystem(), TransientUnitsOfUser()}) {
    for (const auto& unit : {units.guardian, units.headroomd}) {
      for (const char* line : unit.properties) {
        EXPECT_FALSE(Sent(line).starts_with("error")) << unit.name << ": " << line;
      }
    }
  }
}

TEST_F(UnitPropertyTest, AnyOtherLineIsAnError) {
  EXPECT_EQ(Sent("Nice=5"), "error 22");
  EXPECT_EQ(Sent("NoNewPrivileges"), "error 22");
  EXPECT_EQ(Sent("NoNewPrivileges=perhaps"), "error 22");
  EXPECT_EQ(Sent(""), "error 22");
}

}  // namespace
}  // namespace headroom
