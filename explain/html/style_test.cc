#include "explain/html/style.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>

namespace headroom {
namespace {

using Palette = std::map<std::string, std::string, std::less<>>;

/// "--name:#rrggbb" of the first block behind `begin`.
Palette PaletteBehind(std::string_view sheet, std::string_view begin) {
  sheet.remove_prefix(std::min(sheet.find(begin), sheet.size()));
  sheet = sheet.substr(0, sheet.find('}'));
  Palette palette;
  for (std::size_t at = 0; (at = sheet.find("--", at)) != std::string_view::npos; ++at) {
    const std::size_t colon = sheet.find(':', at);
    palette.emplace(sheet.substr(at + 2, colon - at - 2), sheet.substr(colon + 1, 7));
  }
  return palette;
}

/// Relative luminance of WCAG 2.
double Luminance(const std::string& color) {
  constexpr std::array<double, 3> kWeights = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double share = std::stoi(color.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    sum += kWeights.at(i) *
           (share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double Contrast(const std::string& one, const std::string& other) {
  const double a = Luminance(one);
  const double b = Luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

class EveryPalette : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(StyleSheet, EveryPalette,
                         testing::Values("--page:#ffffff", "--page:#12151a"));

TEST_P(EveryPalette, TextCanBeReadOnWhatItStandsOn) {
  const Palette palette = PaletteBehind(StyleSheet().view(), GetParam());
  ASSERT_GE(palette.size(), 12U);
  for (const char* text : {"ink", "quiet", "link", "alarm"}) {
    for (const char* ground : {"page", "raised"}) {
      EXPECT_GE(Contrast(palette.at(text), palette.at(ground)), 4.5) << text << " on " << ground;
    }
  }
  for (const char* text : {"ink", "link"}) {
    EXPECT_GE(Contrast(palette.at(text), palette.at("mark")), 4.5) << text << " on mark";
  }
}

TEST_P(EveryPalette, FillsCanBeToldFromThePage) {
  const Palette palette = PaletteBehind(StyleSheet().view(), GetParam());
  for (const char* fill : {"anon", "shmem", "kernel", "cache", "alarm"}) {
    EXPECT_GE(Contrast(palette.at(fill), palette.at("page")), 3.0) << fill;
  }
}

}  // namespace
}  // namespace headroom
