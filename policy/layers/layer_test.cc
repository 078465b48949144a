#include "policy/layers/layer.h"

#include <gtest/gtest.h>

#include "policy/testing/random_layer.h"

namespace headroom {
namespace {

template <typename T>
Sourced<T> From(const char* origin, T value) {
  return {.value = std::move(value), .origin = origin};
}

TEST(Layers, UpperWinsKeyByKeyWithItsOriginAndTheRestStays) {
  PolicyLayer lower;
  lower.settings.mode = From("low", Mode::kObserve);
  lower.settings.rules["r"].action = From("low", Action::kDeny);
  lower.settings.rules["r"].values["x"] = From<ParameterValue>("low", true);
  lower.profiles["p"].extends = From<std::string>("low", "strict");
  lower.allowed_annotations = From("low", std::set<std::string, std::less<>>{"a"});
  PolicyLayer upper;
  upper.settings.rules["r"].values["x"] = From<ParameterValue>("up", false);
  upper.settings.rules["r"].values["y"] = From<ParameterValue>("up", 0.5);
  upper.profiles["p"].settings.mode = From("up", Mode::kThrottle);
  upper.allowed_annotations = From("up", std::set<std::string, std::less<>>{"b"});
  const PolicyLayer merged = Merge(lower, upper);
  EXPECT_EQ(merged.settings.mode, From("low", Mode::kObserve));
  EXPECT_EQ(merged.settings.rules.at("r").action, From("low", Action::kDeny));
  EXPECT_EQ(merged.settings.rules.at("r").values.at("x"), From<ParameterValue>("up", false));
  EXPECT_EQ(merged.settings.rules.at("r").values.at("y"), From<ParameterValue>("up", 0.5));
  EXPECT_EQ(merged.profiles.at("p").extends, From<std::string>("low", "strict"));
  EXPECT_EQ(merged.profiles.at("p").settings.mode, From("up", Mode::kThrottle));
  EXPECT_EQ(merged.allowed_annotations->value, (std::set<std::string, std::less<>>{"b"}))
      << "a list is one value, so that a later file can also take back";
}

TEST(Layers, OverridesOfTheUpperComeAfterThoseOfTheLower) {
  PolicyLayer lower;
  lower.overrides.emplace_back().origin = "1";
  PolicyLayer upper;
  upper.overrides.emplace_back().origin = "2";
  const PolicyLayer merged = Merge(lower, upper);
  ASSERT_EQ(merged.overrides.size(), 2U);
  EXPECT_EQ(merged.overrides[0].origin, "1");
  EXPECT_EQ(merged.overrides[1].origin, "2");
}

TEST(Layers, MergingIsAssociativeAndTheEmptyLayerIsNeutral) {
  RandomLayers layers(20240611);
  for (int i = 0; i < 2000; ++i) {
    const PolicyLayer a = layers.Next();
    const PolicyLayer b = layers.Next();
    const PolicyLayer c = layers.Next();
    ASSERT_EQ(Merge(Merge(a, b), c), Merge(a, Merge(b, c))) << i;
    ASSERT_EQ(Merge(a, PolicyLayer{}), a) << i;
    ASSERT_EQ(Merge(PolicyLayer{}, a), a) << i;
  }
}

}  // namespace
}  // namespace headroom
