#include "policy/advice/unit_words.h"

#include <fmt/format.h>

namespace headroom {
namespace {

/// Escaped parts of a unit's name hold backslashes, which a shell takes away.
std::string NameToType(const EngineIdentity& engine) {
  if (engine.name.find('\\') == std::string::npos) return engine.name;
  return fmt::format("'{}'", engine.name);
}

}  // namespace

bool IsUnit(const EngineIdentity& engine) { return engine.engine == kUnitEngine; }

std::string UnitPropertyAdvice(const EngineIdentity& engine, std::string_view assignment) {
  return fmt::format("systemctl set-property {} {}", NameToType(engine), assignment);
}

std::string UnitSettingAdvice(const EngineIdentity& engine, std::string_view assignment) {
  return fmt::format("put {} below [{}] (systemctl edit {}), then start it again", assignment,
                     engine.name.ends_with(".scope") ? "Scope" : "Service", NameToType(engine));
}

}  // namespace headroom
