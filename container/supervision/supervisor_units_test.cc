#include "container/supervision/supervisor_units.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace headroom {
namespace {

/// What a unit says that stays, and what systemd-run says otherwise.
constexpr auto kOfItsOwn = std::to_array<std::string_view>({"ExecStart", "Restart", "Slice"});

std::string_view KeyOf(std::string_view line) { return line.substr(0, line.find('=')); }

bool IsOfItsOwn(std::string_view line) {
  return std::ranges::find(kOfItsOwn, KeyOf(line)) != kOfItsOwn.end();
}

/// The lines of [Service] that say how it is confined and what it is given, and that of [Unit] that
/// says how often it may be started.
std::vector<std::string> ServiceLines(const std::string& unit) {
  const std::string path = std::string(HEADROOM_SOURCE_DIR) + "/packaging/systemd/" + unit;
  const std::string text = ReadFileAt(AT_FDCWD, path, 65536).value_or("");
  std::vector<std::string> lines;
  std::string section;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with('[')) section = line;
    const bool says = (section == "[Service]" && line.find('=') != std::string::npos) ||
                      line.starts_with("StartLimit");
    if (says && !line.starts_with('#') && !IsOfItsOwn(line)) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> Properties(const TransientUnit& unit) {
  std::vector<std::string> lines;
  for (const std::string line : unit.properties) {
    if (!IsOfItsOwn(line)) lines.push_back(line);
  }
  return lines;
}

bool Says(const TransientUnit& unit, std::string_view line) {
  return std::ranges::find(unit.properties, line) != unit.properties.end();
}

std::vector<TransientUnit> AllUnits() {
  const auto system = TransientUnitsOfSystem();
  const auto user = TransientUnitsOfUser();
  return {system.guardian, system.headroomd, user.guardian, user.headroomd};
}

TEST(TransientUnit, IsConfinedAsTheUnitOfThePackageIs) {
  const auto system = TransientUnitsOfSystem();
  EXPECT_EQ(Properties(system.headroomd), ServiceLines("headroomd.service"));
  EXPECT_EQ(Properties(system.guardian), ServiceLines("headroom-guardian.service"));
}

TEST(TransientUnit, OfAUserIsConfinedAsTheUsersUnitOfThePackageIs) {
  const auto user = TransientUnitsOfUser();
  EXPECT_EQ(Properties(user.headroomd), ServiceLines("user/headroomd.service"));
  EXPECT_EQ(Properties(user.guardian), ServiceLines("user/headroom-guardian.service"));
}

TEST(TransientUnit, IsNotStartedAgainOnceItHasEndedByItself) {
  for (const auto& unit : AllUnits()) {
    EXPECT_TRUE(Says(unit, "Restart=on-failure")) << unit.name;
  }
}

TEST(TransientUnit, OfTheGuardianKeepsWhoUndoesBehindItOverADaemonReload) {
  const auto guardian = TransientUnitsOfSystem().guardian;
  const auto lines = ServiceLines(std::string(guardian.name) + ".service.d/50-undo.conf");
  ASSERT_EQ(lines.size(), 2U) << "not beside the other line, but in its place";
  EXPECT_EQ(lines.front(), "ExecStopPost=");
  EXPECT_TRUE(Says(guardian, lines.back())) << lines.back();
}

TEST(TransientUnit, OfTheGuardianHasSomebodyBehindItAndIsStartedAgainHoweverOftenItWasKilled) {
  const auto system = TransientUnitsOfSystem().guardian;
  const auto user = TransientUnitsOfUser().guardian;
  EXPECT_TRUE(Says(system, "ExecStopPost=+/usr/lib/headroom/headroom-undo"));
  EXPECT_TRUE(Says(user, "ExecStopPost=/usr/lib/headroom/headroom-undo"));
  for (const auto& unit : {system, user}) {
    EXPECT_TRUE(Says(unit, "WatchdogSec=1500ms"));
    EXPECT_TRUE(Says(unit, "WatchdogSignal=SIGKILL"));
    EXPECT_TRUE(Says(unit, "StartLimitIntervalSec=0"));
  }
}

}  // namespace
}  // namespace headroom
