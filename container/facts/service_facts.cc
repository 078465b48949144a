#include "container/facts/service_facts.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "container/facts/facts_parts.h"
#include "container/facts/process_facts.h"

namespace headroom {
namespace {

/// Why that cgroup's kills are not the unit's; empty when they are. A main process may have gone on
/// into a cgroup below, where the unit delegates.
std::string WhyNotItsCgroup(const RunningService& service, const ProcessCgroup& membership) {
  if (service.cgroup.empty() || service.cgroup == "/") return "the unit has no cgroup of its own";
  const auto& actual = membership.memory();
  if (!actual || IsSameOrBelow(*actual, service.cgroup)) return {};
  return fmt::format("its main process is in cgroup {}, not in {}", EscapedForPeople(*actual),
                     EscapedForPeople(service.cgroup));
}

}  // namespace

Result<ContainerFacts> CollectServiceFacts(const HookSurroundings& surroundings,
                                           const RunningService& service) {
  OciState state;
  state.id = service.unit;
  state.status = "running";
  state.pid = service.main.pid;
  auto begun = BeginFacts(surroundings, state, nullptr);
  if (!begun) return std::unexpected(begun.error());
  ContainerFacts& facts = begun->facts;
  if (facts.init != service.main) {
    return MakeError(ErrorCode::kGone, service.unit, "has another main process by now");
  }
  facts.not_own_reason = WhyNotItsCgroup(service, begun->membership);
  if (!facts.not_own_reason.empty()) {
    begun->membership = {};
  } else if (begun->membership.memory()) {
    begun->membership = {.v2 = service.cgroup, .v1_memory = {}};
  }
  const std::string reason = facts.not_own_reason;
  const auto cgroup = CollectKernelFacts(surroundings, begun->membership, facts);
  facts.own_cgroup = cgroup.has_value();
  if (!reason.empty()) facts.not_own_reason = reason;
  facts.engine.engine = kUnitEngine;
  facts.engine.name = service.unit;
  facts.process = CollectRunningProcess(surroundings.host, facts.init.pid, nullptr);
  return std::move(facts);
}

}  // namespace headroom
