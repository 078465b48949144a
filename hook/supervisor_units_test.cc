#include "hook/supervisor_units.h"

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

/// The lines of [Service] that say how it is confined and what it is given.
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
    const bool says = section == "[Service]" && line.find('=') != std::string::npos;
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

TEST(TransientUnit, IsConfinedAsTheUnitOfThePackageIs) {
  EXPECT_EQ(Properties(TransientHeadroomd()), ServiceLines("headroomd.service"));
  EXPECT_EQ(Properties(TransientGuardian()), ServiceLines("headroom-guardian.service"));
}

TEST(TransientUnit, IsNotStartedAgainOnceItHasEndedByItself) {
  for (const auto& unit : {TransientHeadroomd(), TransientGuardian()}) {
    const auto says = [&](std::string_view line) {
      return std::ranges::find(unit.properties, line) != unit.properties.end();
    };
    EXPECT_TRUE(says("Restart=on-failure")) << unit.name;
  }
}

}  // namespace
}  // namespace headroom
