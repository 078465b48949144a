#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "container/engine/pod_name.h"
#include "container/enrolment/decision_record.h"
#include "container/enrolment/pre_kill.h"
#include "container/enrolment/throttle.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/proc/process.h"

namespace headroom {

/// How the supervisor treats a container. From policy; independent of the rules.
enum class Mode {
  kTripwire,  ///< catch memory alive just before the kill, then let it go on (default)
  kObserve,   ///< never a byte written under cgroupfs
  kThrottle,  ///< steady back-pressure wanted by the user, see container/enrolment/throttle.h
};
[[nodiscard]] std::string_view ModeName(Mode mode);
[[nodiscard]] std::optional<Mode> ParseMode(std::string_view name);

/// Lines of a container's log in a bundle: what is kept unless policy says otherwise, and the most
/// that it may ask for.
inline constexpr std::uint32_t kDefaultLogLines = 200;
inline constexpr std::uint32_t kMostLogLines = 1000;

/// One setting that was to be changed. Values as the kernel (or config.json) has them.
struct FixRecord {
  std::string setting;  ///< "memory.max", "/dev/shm"
  std::string before;   ///< "max", "67108864"; empty: not known
  std::string after;    ///< the same, read back
  std::string outcome;  ///< "fixed: ...", "already: ..." or "not fixed: ..."

  bool operator==(const FixRecord&) const = default;
};

/// What one policy rule said, and what was done about it.
struct FindingRecord {
  std::string rule;         ///< "memory-max-required"
  std::string action;       ///< "warn", "fix" or "deny": what policy asked for
  std::string fact;         ///< what was seen, with numbers
  std::string advice;       ///< what to type instead
  std::string fix_outcome;  ///< empty: no fix was tried; else the outcomes of all, "; " between
  std::vector<FixRecord> fixes;  ///< a row for each setting that was to be changed
};

/// The counters of one level of the tree when the container started: what every later reading is
/// compared with. `local` is absent on kernels without memory.events.local.
struct CgroupBaseline {
  /// Below the mount of the hierarchy with the memory controller, "/" for the root. Empty (and
  /// inode 0) when the container has no cgroup there: no such controller, or none made yet.
  std::string path;
  std::uint64_t inode = 0;
  MemoryLimits limits;
  std::optional<MemoryEvents> events;
  std::optional<MemoryEvents> local_events;
};

/// One generation of one container: what the hook knew when it started, for the supervisor to
/// adopt and for people to read. Never changed after it was written.
/// Schema "headroom.enrolment/1"; unknown keys are ignored.
struct Enrolment {
  std::string id;  ///< the runtime's id, any bytes
  /// "runc", "crun", "podman", "docker", "containerd", "cri-o", "lxc"; "headroom": a command
  std::string engine;
  uid_t uid = 0;                     ///< of the user whose engine it is
  std::string name;                  ///< the engine's own name; empty when it has none
  std::string image;                 ///< empty when not known
  std::optional<PodName> pod;        ///< of Kubernetes; nullopt: none, or not known
  std::vector<std::string> aliases;  ///< see container/engine/aliases.h
  std::string boot_id;
  ProcessId init;
  std::string bundle_dir;  ///< the OCI bundle; empty when not known
  /// Whose files the memory controller has, in which all counters and limits are read. A record
  /// without it is of v2.
  CgroupVersion cgroup_version = CgroupVersion::kV2;
  CgroupBaseline cgroup;
  std::vector<CgroupBaseline> ancestors;  ///< nearest first; without the root
  Mode mode = Mode::kTripwire;
  /// Of mode throttle; a record without one (of another mode, or a version before) has the default.
  Throttle throttle;
  PreKill pre_kill;  ///< by root's policy
  /// Of mode tripwire: it is frozen, not only slowed down, while its essential part is read.
  bool freeze = false;
  /// How many of the last lines that it wrote go into its bundles; 0: none, by policy. A record of
  /// a version that did not know the setting has the default.
  std::uint32_t log_lines = kDefaultLogLines;
  bool own_cgroup = false;     ///< false: not only the container's; then it is only observed
  std::string not_own_reason;  ///< why not, for people; empty when own_cgroup
  /// Of a unit of systemd's its OOMPolicy=, "stop", "continue" or "kill"; empty: no unit, or not
  /// known.
  std::string oom_policy;
  std::vector<FindingRecord> findings;
  std::optional<DecisionRecord> policy;  ///< nullopt: written by a version that kept none
  BootTime enrolled_boot{};
  WallTime enrolled_wall{};

  /// The smallest memory.max from the container's cgroup upwards.
  [[nodiscard]] Limit EffectiveLimit() const;
  /// What people call it: name, else id. Bytes; escape before printing.
  [[nodiscard]] const std::string& DisplayName() const;
  /// "<engine>-<uid>-<id>", percent-encoded.
  [[nodiscard]] std::string ContainerKey() const;
  /// "<boot id>-<cgroup inode>-<init start ticks>": differs after `docker restart`.
  [[nodiscard]] std::string GenerationKey() const;
};

/// A container's id as part of a file name: percent-encoded; one too long for a file name is cut
/// and ends in a checksum of the whole.
[[nodiscard]] std::string EncodedContainerId(std::string_view id);

/// "<engine>-<id>", percent-encoded: the container's folder in the bundle store.
[[nodiscard]] std::string StoreContainerDir(const Enrolment& container);

inline constexpr std::string_view kEnrolmentSchema = "headroom.enrolment/1";

/// JSON text. Strings that are not plain printable text are written as field_reader.h says, so
/// that any bytes survive the round trip.
[[nodiscard]] std::string SerializeEnrolment(const Enrolment& enrolment);
/// Errors name `where` and the key. Values that the hook cannot have written (negative pid, path
/// that is not absolute or has "..") are kMalformed.
[[nodiscard]] Result<Enrolment> ParseEnrolment(std::string_view text, std::string_view where);

}  // namespace headroom
