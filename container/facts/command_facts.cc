#include "container/facts/command_facts.h"

#include "container/facts/facts_parts.h"
#include "container/facts/process_facts.h"
#include "container/facts/shm_facts.h"

namespace headroom {

Result<ContainerFacts> CollectCommandFacts(const HookSurroundings& surroundings,
                                           const StartingCommand& command) {
  OciState state;
  state.id = command.name;
  state.status = "creating";
  state.pid = command.pid;
  auto begun = BeginFacts(surroundings, state, nullptr);
  if (!begun) return std::unexpected(begun.error());
  ContainerFacts& facts = begun->facts;
  if (const auto cgroup = CollectKernelFacts(surroundings, begun->membership, facts)) {
    facts.not_own_reason = WhyNotOwnCgroup(surroundings, *cgroup, facts.init, /*engine=*/0);
    facts.own_cgroup = facts.not_own_reason.empty();
  }
  facts.engine.engine = kCommandEngine;
  facts.engine.name = command.name;
  if (command.own_shm) {
    const auto mounts = ReadOwnMounts(surroundings.host, command.pid);
    facts.shm = FindShm(surroundings, mounts, {.init = command.pid, .id = command.name});
  }
  facts.process = CollectStartingProcess(surroundings.host, facts.init.pid, nullptr);
  facts.process.args = command.args;
  facts.process.env = command.env;
  return std::move(facts);
}

}  // namespace headroom
