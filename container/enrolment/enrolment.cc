#include "container/enrolment/enrolment.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "base/text.h"
#include "container/engine/aliases.h"
#include "container/enrolment/fit_enrolment.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxRows = kMaxEnrolmentRows;

/// Longest encoded id that is used as it is: a file name holds 255 bytes, and engine and uid
/// stand before the id.
constexpr std::size_t kMaxEncodedId = 200;

std::optional<Limit> ReadLimit(const json& object, std::string_view key, FieldReader& reader) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (found->is_string() && *found == "max") return Limit::Unlimited();
  const auto bytes = reader.MaybeUint64(key);
  return bytes ? std::optional(Limit(Bytes{*bytes})) : std::nullopt;
}

MemoryLimits ReadLimits(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where + ": limits", status);
  return MemoryLimits{.max = ReadLimit(object, "max", reader),
                      .high = ReadLimit(object, "high", reader),
                      .swap_max = ReadLimit(object, "swap_max", reader),
                      .oom_group = reader.MaybeBool("oom_group")};
}

MemoryEvents ReadEvents(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where + ": events", status);
  return MemoryEvents{.low = reader.MaybeUint64("low"),
                      .high = reader.MaybeUint64("high"),
                      .max = reader.MaybeUint64("max"),
                      .oom = reader.MaybeUint64("oom"),
                      .oom_kill = reader.MaybeUint64("oom_kill"),
                      .oom_group_kill = reader.MaybeUint64("oom_group_kill")};
}

/// Whether a path is one that the kernel gives: absolute, no "..", no NUL.
bool IsPlainAbsolutePath(std::string_view path) {
  if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) return false;
  const auto pieces = Split(path, '/');
  return std::find(pieces.begin(), pieces.end(), "..") == pieces.end();
}

/// A path, or empty for "not known".
std::string ReadPath(FieldReader& reader, std::string_view key) {
  std::string path = reader.AnyBytes(key);
  if (!path.empty() && !IsPlainAbsolutePath(path)) {
    reader.Refuse(key, "is not an absolute path without \"..\"");
  }
  return path;
}

CgroupBaseline ReadBaseline(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  CgroupBaseline baseline;
  baseline.path = ReadPath(reader, "path");
  baseline.inode = reader.Uint64("inode");
  if (const json* limits = reader.MaybeObject("limits")) {
    baseline.limits = ReadLimits(*limits, where, status);
  }
  if (const json* events = reader.MaybeObject("events")) {
    baseline.events = ReadEvents(*events, where, status);
  }
  if (const json* local = reader.MaybeObject("events_local")) {
    baseline.local_events = ReadEvents(*local, where, status);
  }
  return baseline;
}

FixRecord ReadFix(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return FixRecord{.setting = reader.AnyBytes("setting"),
                   .before = reader.AnyBytes("before"),
                   .after = reader.AnyBytes("after"),
                   .outcome = reader.AnyBytes("outcome")};
}

FindingRecord ReadFinding(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return FindingRecord{.rule = reader.String("rule"),
                       .action = reader.String("action"),
                       .fact = reader.AnyBytes("fact"),
                       .advice = reader.AnyBytes("advice"),
                       .fix_outcome = reader.AnyBytes("fix_outcome"),
                       .fixes = RowsOf<FixRecord>(reader, "fixes", kMaxRows, status, ReadFix)};
}

/// null, and not only missing, where it was refused before it had one.
ProcessId ReadInit(const json& record, FieldReader& reader, Status& status) {
  if (const auto found = record.find("init"); found != record.end() && found->is_null()) return {};
  const json* object = reader.MaybeObject("init");
  if (object == nullptr) {
    reader.Refuse("init", "is missing, expected an object");
    return {};
  }
  FieldReader init(*object, reader.where() + ": init", status);
  const std::uint64_t pid = init.Uint64("pid");
  if (pid == 0 || pid > INT_MAX) init.Refuse("pid", "is not the number of a process");
  return ProcessId{.pid = static_cast<pid_t>(pid), .start_ticks = init.Uint64("start_ticks")};
}

std::optional<PodName> ReadPod(FieldReader& reader, Status& status) {
  const json* object = reader.MaybeObject("pod");
  if (object == nullptr) return std::nullopt;
  FieldReader members(*object, reader.where() + ": pod", status);
  PodName pod{.name_space = members.String("namespace"), .name = members.String("name")};
  if (!IsKubernetesName(pod.name_space)) {
    members.Refuse("namespace", "is not the name of a namespace");
  }
  if (!IsKubernetesName(pod.name)) members.Refuse("name", "is not the name of a pod");
  return pod;
}

void ReadIdentity(Enrolment& enrolment, const json& record, FieldReader& reader, Status& status) {
  enrolment.id = reader.AnyBytes("id");
  if (enrolment.id.empty()) reader.Refuse("id", "is missing or empty");
  enrolment.engine = reader.AnyBytes("engine");
  if (enrolment.engine.empty()) reader.Refuse("engine", "is missing or empty");
  const std::uint64_t uid = reader.Uint64("uid");
  if (uid > UINT32_MAX) reader.Refuse("uid", "is not the number of a user");
  enrolment.uid = static_cast<uid_t>(uid);
  enrolment.name = reader.AnyBytes("name");
  enrolment.image = reader.AnyBytes("image");
  enrolment.pod = ReadPod(reader, status);
  enrolment.aliases = ReadAliases(reader);
  enrolment.boot_id = reader.AnyBytes("boot_id");
  if (enrolment.boot_id.empty()) reader.Refuse("boot_id", "is missing or empty");
  enrolment.init = ReadInit(record, reader, status);
  enrolment.bundle_dir = ReadPath(reader, "bundle_dir");
}

void ReadCgroups(Enrolment& enrolment, FieldReader& reader, Status& status) {
  const json* cgroup = reader.MaybeObject("cgroup");
  if (cgroup == nullptr) {
    reader.Refuse("cgroup", "is missing, expected an object");
    return;
  }
  const auto version = reader.MaybeString("cgroup_version");
  if (version && *version != "v1") reader.Refuse("cgroup_version", "is neither absent nor v1");
  if (version) enrolment.cgroup_version = CgroupVersion::kV1;
  enrolment.cgroup = ReadBaseline(*cgroup, reader.where() + ": cgroup", status);
  enrolment.ancestors = RowsOf<CgroupBaseline>(reader, "ancestors", kMaxRows, status, ReadBaseline);
}

std::chrono::nanoseconds ReadTime(FieldReader& reader, std::string_view key) {
  const auto value = reader.MaybeInt64(key);
  if (!value || *value < 0) reader.Refuse(key, "is not a time in nanoseconds");
  return std::chrono::nanoseconds(value.value_or(0));
}

std::uint32_t ReadLogLines(FieldReader& reader) {
  const std::uint64_t lines = reader.MaybeUint64("log_lines").value_or(kDefaultLogLines);
  if (lines > kMostLogLines) reader.Refuse("log_lines", "is more than may be kept");
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(lines, kMostLogLines));
}

void ReadDecision(Enrolment& enrolment, FieldReader& reader, Status& status) {
  const std::string mode = reader.String("mode");
  const auto parsed = ParseMode(mode);
  if (!parsed) reader.Refuse("mode", "is none of tripwire, observe, throttle");
  enrolment.mode = parsed.value_or(Mode::kObserve);
  if (const json* throttle = reader.MaybeObject("throttle")) {
    enrolment.throttle = ReadThrottle(*throttle, reader.where() + ": throttle", status);
  }
  if (const json* action = reader.MaybeObject("pre_kill")) {
    enrolment.pre_kill = ReadPreKill(*action, reader.where() + ": pre_kill", status);
  }
  enrolment.freeze = reader.MaybeBool("freeze").value_or(false);
  enrolment.log_lines = ReadLogLines(reader);
  enrolment.own_cgroup = reader.Bool("own_cgroup");
  enrolment.not_own_reason = reader.AnyBytes("not_own_reason");
  enrolment.oom_policy = reader.AnyBytes("oom_policy");
  enrolment.findings = RowsOf<FindingRecord>(reader, "findings", kMaxRows, status, ReadFinding);
  if (const json* policy = reader.MaybeObject("policy")) {
    enrolment.policy = ReadDecisionRecord(*policy, reader.where() + ": policy", status);
  }
  enrolment.enrolled_boot = ReadTime(reader, "enrolled_boot_ns");
  enrolment.enrolled_wall = ReadTime(reader, "enrolled_wall_ns");
}

Enrolment ReadEnrolment(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kEnrolmentSchema);
  Enrolment enrolment;
  ReadIdentity(enrolment, object, reader, status);
  ReadCgroups(enrolment, reader, status);
  ReadDecision(enrolment, reader, status);
  return enrolment;
}

}  // namespace

std::string_view ModeName(Mode mode) {
  switch (mode) {
    case Mode::kTripwire:
      return "tripwire";
    case Mode::kObserve:
      return "observe";
    case Mode::kThrottle:
      return "throttle";
  }
  return "observe";
}

std::optional<Mode> ParseMode(std::string_view name) {
  for (const Mode mode : {Mode::kTripwire, Mode::kObserve, Mode::kThrottle}) {
    if (name == ModeName(mode)) return mode;
  }
  return std::nullopt;
}

std::string EncodedContainerId(std::string_view id) {
  std::string encoded = PercentEncoded(id);
  if (encoded.size() <= kMaxEncodedId) return encoded;
  encoded.resize(kMaxEncodedId - 9);
  const std::size_t percent = encoded.rfind('%');
  if (percent != std::string::npos && percent + 2 >= encoded.size()) encoded.resize(percent);
  return fmt::format("{}-{:08x}", encoded, Crc32(id));
}

std::string StoreContainerDir(const Enrolment& container) {
  constexpr std::size_t kMaxBytes = 200;  // well below NAME_MAX, as an id of any bytes triples
  constexpr std::size_t kKeptBytes = 160;
  const std::string name = container.engine + "-" + container.id;
  std::string encoded = PercentEncoded(name);
  if (encoded.size() <= kMaxBytes) return encoded;
  encoded.resize(kKeptBytes);
  const std::size_t percent = encoded.rfind('%');
  if (percent != std::string::npos && percent + 2 >= encoded.size()) encoded.resize(percent);
  return encoded + "-" + Sha256Hex(name).substr(0, 32);
}

Limit Enrolment::EffectiveLimit() const {
  Limit smallest = cgroup.limits.max.value_or(Limit::Unlimited());
  for (const CgroupBaseline& ancestor : ancestors) {
    smallest = std::min(smallest, ancestor.limits.max.value_or(Limit::Unlimited()));
  }
  return smallest;
}

const std::string& Enrolment::DisplayName() const { return name.empty() ? id : name; }

std::string Enrolment::ContainerKey() const {
  return fmt::format("{}-{}-{}", PercentEncoded(engine), uid, EncodedContainerId(id));
}

std::string Enrolment::GenerationKey() const {
  return fmt::format("{}-{}-{}", PercentEncoded(boot_id), cgroup.inode, init.start_ticks);
}

Result<Enrolment> ParseEnrolment(std::string_view text, std::string_view where) {
  return ParseRecord<Enrolment>(text, where, ReadEnrolment);
}

}  // namespace headroom
