#include "container/facts_record.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace headroom {
namespace {

using nlohmann::json;

json ToJson(std::uint64_t number) { return number; }
json ToJson(int number) { return number; }
json ToJson(unsigned number) { return number; }
json ToJson(bool value) { return value; }
json ToJson(Bytes bytes) { return bytes.value; }
json ToJson(Limit limit) { return limit.unlimited() ? json("max") : json(limit.bytes().value); }
json ToJson(const std::string& bytes) { return EscapedForPeople(bytes); }

// Known to the templates below, which take each of them in an optional or a list.
json ToJson(const MemoryEvents& events);
json ToJson(const CgroupBaseline& cgroup);
json ToJson(const ShmFacts& shm);
json ToJson(const TmpfsFacts& tmpfs);
json ToJson(const HugetlbFacts& row);
json ToJson(const UnitFacts& unit);
json ToJson(const ContainerFacts::PidsMax& pids);

template <typename T>
json ToJson(const std::optional<T>& value) {
  return value ? ToJson(*value) : json(nullptr);
}

/// Empty text is text that is not known.
json Known(const std::string& text) { return text.empty() ? json(nullptr) : ToJson(text); }

json Keys(const Annotations& values) {
  json keys = json::array();
  for (const auto& [key, value] : values) keys.push_back(EscapedForPeople(key));
  return keys;
}

template <typename T>
json Rows(const std::vector<T>& values) {
  json rows = json::array();
  for (const T& value : values) rows.push_back(ToJson(value));
  return rows;
}

json ToJson(const MemoryEvents& events) {
  return {{"low", ToJson(events.low)},           {"high", ToJson(events.high)},
          {"max", ToJson(events.max)},           {"oom", ToJson(events.oom)},
          {"oom_kill", ToJson(events.oom_kill)}, {"oom_group_kill", ToJson(events.oom_group_kill)}};
}

json ToJson(const CgroupBaseline& cgroup) {
  return {{"path", Known(cgroup.path)},
          {"inode", cgroup.inode},
          {"max", ToJson(cgroup.limits.max)},
          {"high", ToJson(cgroup.limits.high)},
          {"swap_max", ToJson(cgroup.limits.swap_max)},
          {"oom_group", ToJson(cgroup.limits.oom_group)},
          {"events", ToJson(cgroup.events)},
          {"local_events", ToJson(cgroup.local_events)}};
}

json ToJson(const ShmFacts& shm) {
  return {{"mount_point", Known(shm.mount_point)},
          {"type", ToJson(shm.type)},
          {"device", ToJson(std::uint64_t{shm.device})},
          {"host_shared", shm.host_shared},
          {"bind_mounted", shm.bind_mounted},
          {"size", ToJson(shm.size)}};
}

json ToJson(const TmpfsFacts& tmpfs) {
  return {{"destination", ToJson(tmpfs.destination)},
          {"mount_point", Known(tmpfs.mount_point)},
          {"device", ToJson(std::uint64_t{tmpfs.device})},
          {"read_only", tmpfs.read_only},
          {"size", ToJson(tmpfs.size)}};
}

json ToJson(const HugetlbFacts& row) {
  return {{"page_size", ToJson(row.page_size)}, {"max", ToJson(row.max)}};
}

json ToJson(const UnitFacts& unit) {
  return {{"name", ToJson(unit.name)}, {"sets_swap_max", ToJson(unit.sets_swap_max)}};
}

json ToJson(const ContainerFacts::PidsMax& pids) {
  return {{"count", pids.count ? json(*pids.count) : json("max")}, {"path", Known(pids.path)}};
}

/// Numbers only: what the words say is nobody else's business.
json ToJson(const ProcessFacts& process) {
  return {{"args_count", process.args.size()},
          {"env_count", process.env.size()},
          {"memlock", ToJson(process.memlock)},
          {"oom_score_adj", ToJson(process.oom_score_adj)}};
}

json ToJson(const HostFacts& host) {
  return {{"memory_total", ToJson(host.memory_total)},
          {"swap_total", ToJson(host.swap_total)},
          {"hugetlb_total", ToJson(host.hugetlb_total)},
          {"dirty_bytes", ToJson(host.dirty_bytes)},
          {"dirty_background_bytes", ToJson(host.dirty_background_bytes)},
          {"dirty_ratio", ToJson(host.dirty_ratio)},
          {"dirty_background_ratio", ToJson(host.dirty_background_ratio)}};
}

json ToJson(const EngineIdentity& engine) {
  return {{"engine", ToJson(engine.engine)},
          {"kubernetes", engine.kubernetes},
          {"name", Known(engine.name)},
          {"image", Known(engine.image)}};
}

json ToJson(const ProcessId& init) {
  if (init.pid == 0) return nullptr;
  return {{"pid", init.pid}, {"start_ticks", init.start_ticks}};
}

json ToJson(const std::optional<ContainerFacts::Effective>& effective) {
  if (!effective) return nullptr;
  return {{"limit", ToJson(effective->limit)}, {"path", Known(effective->path)}};
}

const char* SourceName(FactsSource source) {
  return source == FactsSource::kConfig ? "config" : "container";
}

const char* VersionName(CgroupVersion version) {
  switch (version) {
    case CgroupVersion::kV1:
      return "v1";
    case CgroupVersion::kMissing:
      return "none";
    case CgroupVersion::kV2:
      break;
  }
  return "v2";
}

void PutIdentity(const ContainerFacts& facts, json& record) {
  record["source"] = SourceName(facts.source);
  record["id"] = ToJson(facts.id);
  record["engine"] = ToJson(facts.engine);
  record["uid"] = facts.uid;
  record["boot_id"] = Known(facts.boot_id);
  record["init"] = ToJson(facts.init);
  record["bundle_dir"] = Known(facts.bundle_dir);
  record["annotation_keys"] = Keys(facts.annotations);
  record["label_keys"] = Keys(facts.labels);
}

void PutCgroup(const ContainerFacts& facts, json& record) {
  record["cgroup_version"] = VersionName(facts.cgroup_version);
  record["cgroup"] = ToJson(facts.cgroup);
  record["ancestors"] = Rows(facts.ancestors);
  record["effective_limit"] = ToJson(facts.EffectiveLimit());
  record["unit"] = ToJson(facts.unit);
  record["configured_limit"] = ToJson(facts.configured_limit);
  record["memory_min"] = ToJson(facts.memory_min);
  record["memory_low"] = ToJson(facts.memory_low);
  record["kmem_limit"] = ToJson(facts.kmem_limit);
  record["oom_kill_disabled"] = ToJson(facts.oom_kill_disabled);
  record["io_controller"] = ToJson(facts.io_controller);
  record["pids"] = ToJson(facts.pids);
  record["hugetlb"] = Rows(facts.hugetlb);
  record["own_cgroup"] = facts.own_cgroup;
  record["not_own_reason"] = Known(facts.not_own_reason);
}

}  // namespace

json FactsToJson(const ContainerFacts& facts) {
  json record = json::object();
  PutIdentity(facts, record);
  PutCgroup(facts, record);
  record["shm"] = ToJson(facts.shm);
  record["tmpfs"] = Rows(facts.tmpfs);
  record["process"] = ToJson(facts.process);
  record["host"] = ToJson(facts.host);
  record["supervisor_listening"] = facts.supervisor_listening;
  return record;
}

}  // namespace headroom
