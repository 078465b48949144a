#pragma once

#include <random>
#include <string>

#include "policy/layers/layer.h"

namespace headroom {

/// Layers that overlap much, for properties that hold for any. The same seed gives the same ones.
class RandomLayers {
 public:
  explicit RandomLayers(unsigned seed) : random_(seed) {}

  PolicyLayer Next() {
    PolicyLayer layer;
    layer.settings = Settings();
    for (const char* name : {"a", "b", "balanced"}) {
      if (!Chance()) continue;
      Profile& profile = layer.profiles[name];
      // Never its own name or a later one, so that no chain runs in a circle.
      if (Chance() && name[0] == 'b') profile.extends = From<std::string>(name[1] == 0 ? "a" : "b");
      profile.settings = Settings();
      profile.settings.profile.reset();
    }
    for (int i = Number(3); i > 0; --i) layer.overrides.push_back(RandomOverride());
    if (Chance()) {
      layer.allowed_annotations.emplace();
      layer.allowed_annotations->origin = Origin();
      if (Chance()) layer.allowed_annotations->value.insert("io.headroom.mode");
      if (Chance()) layer.allowed_annotations->value.insert("io.headroom.log_lines");
      if (Chance()) layer.allowed_annotations->value.insert("io.headroom.shm-sized");
    }
    for (const char* key : {"max_age", "per_container"}) {
      if (Chance()) layer.retention[key] = From(RandomBound());
    }
    return layer;
  }

 private:
  bool Chance() { return Number(2) == 0; }
  int Number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string Origin() { return "file " + std::to_string(Number(1000)); }
  template <typename T>
  Sourced<T> From(T value) {
    return {.value = std::move(value), .origin = Origin()};
  }

  RetentionBound RandomBound() {
    if (Chance()) return std::nullopt;
    return 1U + random_() % 9;
  }

  SettingsLayer Settings() {
    SettingsLayer settings;
    if (Chance()) settings.mode = From(static_cast<Mode>(Number(3)));
    if (Chance()) settings.freeze = From(Number(2) == 1);
    if (Chance()) settings.log_lines = From(static_cast<std::uint32_t>(Number(1001)));
    if (Chance()) settings.supervisor = From(static_cast<SupervisorChoice>(Number(4)));
    if (Chance()) settings.throttle.high_share = From(0.5 + 0.1 * Number(4));
    if (Chance()) settings.throttle.stall_limit = From(0.1 * (1 + Number(9)));
    if (Chance()) settings.throttle.stall_grace = From(std::chrono::seconds(5 + Number(60)));
    if (Chance()) {
      settings.pre_kill = From(PreKill{.command = {},
                                       .signal = Chance() ? "USR1" : "",
                                       .hold = std::chrono::seconds(Number(9))});
    }
    if (Chance()) settings.profile = From<std::string>(Chance() ? "a" : "strict");
    for (const char* id : {"shm-sized", "memory-max-required"}) {
      if (!Chance()) continue;
      RuleLayer& rule = settings.rules[id];
      if (Chance()) rule.action = From(static_cast<Action>(Number(4)));
      if (Chance()) rule.values["x"] = From<ParameterValue>(0.25 * (1 + Number(4)));
      if (Chance()) rule.values["y"] = From<ParameterValue>(Mebibytes(1U + random_() % 9));
    }
    return settings;
  }

  Override RandomOverride() {
    Override made;
    if (Chance()) made.match.engine = Chance() ? "docker" : "pod*";
    if (Chance()) made.match.labels["tier"] = Chance() ? "?est" : "*";
    made.settings = Settings();
    made.origin = Origin();
    return made;
  }

  std::mt19937 random_;
};

}  // namespace headroom
