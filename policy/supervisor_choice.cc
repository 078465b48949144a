#include "policy/supervisor_choice.h"

#include <array>
#include <utility>

namespace headroom {
namespace {

constexpr std::array<std::pair<SupervisorChoice, std::string_view>, 4> kNames = {
    {{SupervisorChoice::kAuto, "auto"},
     {SupervisorChoice::kSystem, "system"},
     {SupervisorChoice::kEmbedded, "embedded"},
     {SupervisorChoice::kNone, "none"}}};

}  // namespace

std::string_view SupervisorChoiceName(SupervisorChoice choice) {
  return kNames.at(static_cast<std::size_t>(choice)).second;
}

std::optional<SupervisorChoice> ParseSupervisorChoice(std::string_view name) {
  for (const auto& [choice, known] : kNames) {
    if (name == known) return choice;
  }
  return std::nullopt;
}

}  // namespace headroom
