#include "policy/advice/engine_words.h"

#include <fmt/format.h>

namespace headroom {
namespace {

struct Unit {
  std::uint64_t bytes;
  const char* command;     ///< as docker, podman, nerdctl and systemd take it
  const char* kubernetes;  ///< as a resource quantity
};

constexpr Unit kUnits[] = {
    {1ULL << 30U, "g", "Gi"}, {1ULL << 20U, "m", "Mi"}, {1ULL << 10U, "k", "Ki"}};

/// The largest unit that says it exactly; bytes when none does.
std::string Quantity(Bytes size, bool kubernetes) {
  for (const Unit& unit : kUnits) {
    if (size.value == 0 || size.value % unit.bytes != 0) continue;
    return fmt::format("{}{}", size.value / unit.bytes,
                       kubernetes ? unit.kubernetes : unit.command);
  }
  return fmt::format("{}", size.value);
}

}  // namespace

bool HasRunCommand(const EngineIdentity& engine) {
  return engine.engine == "docker" || engine.engine == "podman" || engine.engine == "containerd";
}

bool IsCommand(const EngineIdentity& engine) { return engine.engine == kCommandEngine; }

std::string RunCommand(const EngineIdentity& engine) {
  return engine.engine == "containerd" ? "nerdctl run" : engine.engine + " run";
}

std::string ForCommand(Bytes size) { return Quantity(size, false); }
std::string ForPod(Bytes size) { return Quantity(size, true); }

}  // namespace headroom
