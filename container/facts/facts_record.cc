#include "container/facts/facts_record.h"

#include <string_view>

#include "base/json_writer.h"
#include "base/text.h"

namespace headroom {
namespace {

void Write(JsonWriter& out, std::integral auto number) { out.Number(number); }
void Write(JsonWriter& out, bool value) { out.Bool(value); }
void Write(JsonWriter& out, Bytes bytes) { out.Number(bytes.value); }
void Write(JsonWriter& out, std::string_view bytes) { out.String(EscapedForPeople(bytes)); }
void Write(JsonWriter& out, const std::string& bytes) { Write(out, std::string_view(bytes)); }
void Write(JsonWriter& out, Limit limit) {
  if (limit.unlimited()) return out.String("max");
  out.Number(limit.bytes().value);
}

// Known to the templates below, which take each of them in an optional or a list.
void Write(JsonWriter& out, const MemoryEvents& events);
void Write(JsonWriter& out, const CgroupBaseline& cgroup);
void Write(JsonWriter& out, const ShmFacts& shm);
void Write(JsonWriter& out, const TmpfsFacts& tmpfs);
void Write(JsonWriter& out, const HugetlbFacts& row);
void Write(JsonWriter& out, const UnitFacts& unit);
void Write(JsonWriter& out, const ProcessFacts& process);
void Write(JsonWriter& out, const HostFacts& host);
void Write(JsonWriter& out, const EngineIdentity& engine);
void Write(JsonWriter& out, const ProcessId& init);
void Write(JsonWriter& out, const ContainerFacts::PidsMax& pids);
void Write(JsonWriter& out, const ConfigFacts& config);
void Write(JsonWriter& out, const ContainerFacts::Effective& effective);

template <typename T>
void Write(JsonWriter& out, const std::optional<T>& value) {
  if (!value) return out.Null();
  Write(out, *value);
}

/// Empty text is text that is not known.
struct Known {
  const std::string& text;
};
void Write(JsonWriter& out, Known known) {
  if (known.text.empty()) return out.Null();
  Write(out, known.text);
}

/// Of annotations and labels: never the values. Their owner may choose many and long ones.
struct Keys {
  const Annotations& values;
};
void Write(JsonWriter& out, Keys keys) {
  constexpr std::size_t kMostKeys = 64;
  constexpr std::size_t kLongestKey = 128;
  out.BeginArray();
  std::size_t left = kMostKeys;
  for (const auto& [key, value] : keys.values) {
    if (left-- == 0) break;
    const bool whole = key.size() <= kLongestKey;
    Write(out, whole ? key : key.substr(0, kLongestKey) + "...");
  }
  out.EndArray();
}

template <typename T>
void Write(JsonWriter& out, const std::vector<T>& values) {
  out.BeginArray();
  for (const T& value : values) Write(out, value);
  out.EndArray();
}

void WriteMembers(JsonWriter& /*out*/) {}

template <typename T, typename... Rest>
void WriteMembers(JsonWriter& out, std::string_view key, const T& value, const Rest&... rest) {
  out.Key(key);
  Write(out, value);
  WriteMembers(out, rest...);
}

/// Keys and values in turn.
template <typename... KeysAndValues>
void WriteObject(JsonWriter& out, const KeysAndValues&... keys_and_values) {
  out.BeginObject();
  WriteMembers(out, keys_and_values...);
  out.EndObject();
}

void Write(JsonWriter& out, const MemoryEvents& events) {
  WriteObject(out, "low", events.low, "high", events.high, "max", events.max, "oom", events.oom,
              "oom_kill", events.oom_kill, "oom_group_kill", events.oom_group_kill);
}

void Write(JsonWriter& out, const CgroupBaseline& cgroup) {
  const MemoryLimits& limits = cgroup.limits;
  WriteObject(out, "path", Known{cgroup.path}, "inode", cgroup.inode, "max", limits.max, "high",
              limits.high, "swap_max", limits.swap_max, "oom_group", limits.oom_group, "events",
              cgroup.events, "local_events", cgroup.local_events);
}

void Write(JsonWriter& out, const ShmFacts& shm) {
  WriteObject(out, "mount_point", Known{shm.mount_point}, "type", shm.type, "device", shm.device,
              "host_shared", shm.host_shared, "bind_mounted", shm.bind_mounted, "size", shm.size);
}

void Write(JsonWriter& out, const TmpfsFacts& tmpfs) {
  WriteObject(out, "destination", tmpfs.destination, "mount_point", Known{tmpfs.mount_point},
              "device", tmpfs.device, "read_only", tmpfs.read_only, "size", tmpfs.size);
}

void Write(JsonWriter& out, const HugetlbFacts& row) {
  WriteObject(out, "page_size", row.page_size, "max", row.max);
}

void Write(JsonWriter& out, const UnitFacts& unit) {
  WriteObject(out, "name", unit.name, "sets_swap_max", unit.sets_swap_max);
}

void Write(JsonWriter& out, const ContainerFacts::PidsMax& pids) {
  if (pids.count) return WriteObject(out, "count", *pids.count, "path", Known{pids.path});
  WriteObject(out, "count", std::string_view("max"), "path", Known{pids.path});
}

/// Numbers only: what the words say is nobody else's business.
void Write(JsonWriter& out, const ProcessFacts& process) {
  WriteObject(out, "args_count", process.args.size(), "env_count", process.env.size(), "memlock",
              process.memlock, "oom_score_adj", process.oom_score_adj);
}

void Write(JsonWriter& out, const HostFacts& host) {
  WriteObject(out, "memory_total", host.memory_total, "swap_total", host.swap_total,
              "hugetlb_total", host.hugetlb_total, "dirty_bytes", host.dirty_bytes,
              "dirty_background_bytes", host.dirty_background_bytes, "dirty_ratio",
              host.dirty_ratio, "dirty_background_ratio", host.dirty_background_ratio);
}

void Write(JsonWriter& out, const EngineIdentity& engine) {
  WriteObject(out, "engine", engine.engine, "kubernetes", engine.kubernetes, "name",
              Known{engine.name}, "image", Known{engine.image});
}

void Write(JsonWriter& out, const ProcessId& init) {
  if (init.pid == 0) return out.Null();
  WriteObject(out, "pid", init.pid, "start_ticks", init.start_ticks);
}

void Write(JsonWriter& out, const ContainerFacts::Effective& effective) {
  WriteObject(out, "limit", effective.limit, "path", Known{effective.path});
}

void Write(JsonWriter& out, const ConfigFacts& config) {
  WriteObject(out, "asked_cgroup", Known{config.asked_cgroup}, "ancestors_known",
              config.ancestors_known, "hook_follows", config.hook_follows, "unread_sizes_count",
              config.unread_sizes.size());
}

std::string_view SourceName(FactsSource source) {
  return source == FactsSource::kConfig ? "config" : "container";
}

std::string_view VersionName(CgroupVersion version) {
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

void WriteIdentity(JsonWriter& out, const ContainerFacts& facts) {
  WriteMembers(out, "source", SourceName(facts.source), "id", facts.id, "engine", facts.engine,
               "uid", facts.uid, "boot_id", Known{facts.boot_id}, "init", facts.init, "bundle_dir",
               Known{facts.bundle_dir}, "annotation_keys", Keys{facts.annotations},
               "annotation_count", facts.annotations.size(), "label_keys", Keys{facts.labels},
               "label_count", facts.labels.size());
}

void WriteCgroup(JsonWriter& out, const ContainerFacts& facts) {
  WriteMembers(out, "cgroup_version", VersionName(facts.cgroup_version), "cgroup", facts.cgroup,
               "ancestors", facts.ancestors, "effective_limit", facts.EffectiveLimit(), "unit",
               facts.unit, "configured_limit", facts.configured_limit, "memory_min",
               facts.memory_min, "memory_low", facts.memory_low, "kmem_limit", facts.kmem_limit);
  WriteMembers(out, "oom_kill_disabled", facts.oom_kill_disabled, "io_controller",
               facts.io_controller, "pids", facts.pids, "hugetlb", facts.hugetlb, "own_cgroup",
               facts.own_cgroup, "not_own_reason", Known{facts.not_own_reason});
}

}  // namespace

std::string FactsText(const ContainerFacts& facts) {
  JsonWriter out(JsonLayout::kLine);
  out.BeginObject();
  WriteIdentity(out, facts);
  WriteCgroup(out, facts);
  WriteMembers(out, "shm", facts.shm, "tmpfs", facts.tmpfs, "process", facts.process, "host",
               facts.host, "supervisor_listening", facts.supervisor_listening, "config",
               facts.config);
  out.EndObject();
  return std::move(out).Finish();
}

}  // namespace headroom
