#include "hook/wrapper/config_facts.h"

namespace headroom {

ContainerFacts FactsBeforeStart(const OciConfig& config, const std::string& id,
                                const std::string& bundle, CgroupVersion version) {
  ContainerFacts facts;
  facts.source = FactsSource::kConfig;
  facts.id = id;
  facts.bundle_dir = bundle;
  facts.cgroup_version = version;
  facts.configured_limit = config.memory_limit;
  facts.cgroup.limits.max = config.memory_limit.value_or(Limit::Unlimited());
  facts.cgroup.limits.high = Limit::Unlimited();
  facts.own_cgroup = true;
  if (config.shm) {
    ShmFacts shm;
    shm.mount_point = config.shm->destination;
    shm.type = config.shm->type;
    shm.bind_mounted = config.shm->type != "tmpfs";
    if (const auto size = SizeOption(config.shm->options)) {
      shm.size = size->value == 0 ? Limit::Unlimited() : Limit(*size);
    }
    facts.shm = shm;
  }
  return facts;
}

}  // namespace headroom
