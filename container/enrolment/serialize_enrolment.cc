#include "base/json_writer.h"
#include "container/enrolment/enrolment.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

// Keys are written in their order, as the library does it: bundles are cited by line.

template <typename Number>
void WriteNumber(JsonWriter& out, std::string_view key, Number number) {
  out.Key(key);
  out.Number(number);
}

void WriteText(JsonWriter& out, std::string_view key, std::string_view text) {
  out.Key(key);
  out.String(text);
}

void WriteFlag(JsonWriter& out, std::string_view key, bool value) {
  out.Key(key);
  out.Bool(value);
}

void WriteLimit(JsonWriter& out, std::string_view key, const std::optional<Limit>& limit) {
  if (!limit) return;
  out.Key(key);
  if (limit->unlimited()) return out.String("max");
  out.Number(limit->bytes().value);
}

void WriteLimits(JsonWriter& out, const MemoryLimits& limits) {
  out.Key("limits");
  out.BeginObject();
  WriteLimit(out, "high", limits.high);
  WriteLimit(out, "max", limits.max);
  if (limits.oom_group) WriteFlag(out, "oom_group", *limits.oom_group);
  WriteLimit(out, "swap_max", limits.swap_max);
  out.EndObject();
}

void WriteEvents(JsonWriter& out, std::string_view key, const std::optional<MemoryEvents>& events) {
  if (!events) return;
  const auto count = [&out](std::string_view name, const std::optional<std::uint64_t>& number) {
    if (number) WriteNumber(out, name, *number);
  };
  out.Key(key);
  out.BeginObject();
  count("high", events->high);
  count("low", events->low);
  count("max", events->max);
  count("oom", events->oom);
  count("oom_group_kill", events->oom_group_kill);
  count("oom_kill", events->oom_kill);
  out.EndObject();
}

void WriteBaseline(JsonWriter& out, const CgroupBaseline& baseline) {
  out.BeginObject();
  WriteEvents(out, "events", baseline.events);
  WriteEvents(out, "events_local", baseline.local_events);
  WriteNumber(out, "inode", baseline.inode);
  WriteLimits(out, baseline.limits);
  WriteBytes(out, "path", baseline.path);
  out.EndObject();
}

template <typename Row>
void WriteRows(JsonWriter& out, std::string_view key, const std::vector<Row>& rows,
               void (*write)(JsonWriter&, const Row&)) {
  out.Key(key);
  out.BeginArray();
  for (const Row& row : rows) write(out, row);
  out.EndArray();
}

void WriteFix(JsonWriter& out, const FixRecord& fix) {
  out.BeginObject();
  WriteBytes(out, "after", fix.after);
  WriteBytes(out, "before", fix.before);
  WriteBytes(out, "outcome", fix.outcome);
  WriteBytes(out, "setting", fix.setting);
  out.EndObject();
}

void WriteFinding(JsonWriter& out, const FindingRecord& finding) {
  out.BeginObject();
  WriteText(out, "action", finding.action);
  WriteBytes(out, "advice", finding.advice);
  WriteBytes(out, "fact", finding.fact);
  if (!finding.fix_outcome.empty()) WriteBytes(out, "fix_outcome", finding.fix_outcome);
  if (!finding.fixes.empty()) WriteRows(out, "fixes", finding.fixes, WriteFix);
  WriteText(out, "rule", finding.rule);
  out.EndObject();
}

void WriteInit(JsonWriter& out, const ProcessId& init) {
  out.Key("init");
  if (init.pid == 0) return out.Null();
  out.BeginObject();
  WriteNumber(out, "pid", init.pid);
  WriteNumber(out, "start_ticks", init.start_ticks);
  out.EndObject();
}

void WritePod(JsonWriter& out, const PodName& pod) {
  out.Key("pod");
  out.BeginObject();
  WriteText(out, "name", pod.name);
  WriteText(out, "namespace", pod.name_space);
  out.EndObject();
}

void WriteAliases(JsonWriter& out, const std::vector<std::string>& aliases) {
  out.Key("aliases");
  out.BeginArray();
  for (const std::string& alias : aliases) out.String(alias);
  out.EndArray();
}

void WriteTimes(JsonWriter& out, const Enrolment& enrolment) {
  WriteNumber(out, "enrolled_boot_ns", enrolment.enrolled_boot.count());
  WriteText(out, "enrolled_wall", ToIso8601(enrolment.enrolled_wall));
  WriteNumber(out, "enrolled_wall_ns", enrolment.enrolled_wall.count());
}

}  // namespace

std::string SerializeEnrolment(const Enrolment& enrolment) {
  JsonWriter out(JsonLayout::kIndented);
  out.BeginObject();
  if (!enrolment.aliases.empty()) WriteAliases(out, enrolment.aliases);
  WriteRows(out, "ancestors", enrolment.ancestors, WriteBaseline);
  WriteBytes(out, "boot_id", enrolment.boot_id);
  WriteBytes(out, "bundle_dir", enrolment.bundle_dir);
  out.Key("cgroup");
  WriteBaseline(out, enrolment.cgroup);
  if (enrolment.cgroup_version == CgroupVersion::kV1) WriteText(out, "cgroup_version", "v1");
  WriteBytes(out, "engine", enrolment.engine);
  WriteTimes(out, enrolment);
  WriteRows(out, "findings", enrolment.findings, WriteFinding);
  if (enrolment.freeze) WriteFlag(out, "freeze", true);
  WriteBytes(out, "id", enrolment.id);
  WriteBytes(out, "image", enrolment.image);
  WriteInit(out, enrolment.init);
  WriteNumber(out, "log_lines", enrolment.log_lines);
  WriteText(out, "mode", ModeName(enrolment.mode));
  WriteBytes(out, "name", enrolment.name);
  if (!enrolment.own_cgroup) WriteBytes(out, "not_own_reason", enrolment.not_own_reason);
  if (!enrolment.oom_policy.empty()) WriteBytes(out, "oom_policy", enrolment.oom_policy);
  WriteFlag(out, "own_cgroup", enrolment.own_cgroup);
  if (enrolment.pod) WritePod(out, *enrolment.pod);
  if (enrolment.policy) {
    out.Key("policy");
    WriteDecisionRecord(out, *enrolment.policy);
  }
  if (enrolment.pre_kill.wanted()) {
    out.Key("pre_kill");
    WritePreKill(out, enrolment.pre_kill);
  }
  WriteText(out, "schema", kEnrolmentSchema);
  if (enrolment.mode == Mode::kThrottle) {
    out.Key("throttle");
    WriteThrottle(out, enrolment.throttle);
  }
  WriteNumber(out, "uid", enrolment.uid);
  out.EndObject();
  return std::move(out).Finish();
}

}  // namespace headroom
