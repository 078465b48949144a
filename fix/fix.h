#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "container/facts/facts.h"
#include "kernel/mount/mountinfo.h"
#include "policy/decide.h"

namespace headroom {

/// How one fix came out, for people and for the record.
struct FixOutcome {
  enum class Result {
    kFixed,     ///< changed, and read back
    kAlready,   ///< it was as tight already; nothing was written
    kNotFixed,  ///< `text` says why
  };
  Result result = Result::kNotFixed;
  std::string setting;  ///< "memory.max", "/dev/shm"; empty when there was nothing to fix with
  std::string before;   ///< as the kernel (or config.json) has it: "max", "67108864"; empty: unread
  std::string after;    ///< the same, read back
  /// "fixed: ...", "already: ..." or "not fixed: ...", one line. A fix that something else will
  /// undo says "not lasting" and what would last.
  std::string text;

  [[nodiscard]] bool fixed() const { return result == Result::kFixed; }
  [[nodiscard]] bool already() const { return result == Result::kAlready; }
};

/// "not fixed: REASON".
[[nodiscard]] FixOutcome NotFixed(std::string_view setting, std::string_view reason);

/// What a fix works on. The two functions are the kernel's; tests put others in their place,
/// since resizing a tmpfs takes root.
struct FixContext {
  HostView host;
  pid_t self = 0;  ///< whose mounts are the host's; 0: this process
  std::string host_shm = "/dev/shm";
  std::function<Status(int root_fd, std::string_view where, Bytes)> resize_tmpfs = ResizeTmpfsAt;
  std::function<Result<FilesystemUse>(const std::string&)> filesystem_use = ReadFilesystemUse;
};

/// Does what policy asked for `finding` with action fix: each of its fixes is tried, whatever
/// became of the others, is read back, and brings `facts` up to date. An outcome for each, and one
/// for what has to follow it (KeepSwapOfV1); for a finding that has no fix, one that says why.
///
/// Never loosens anything, never shrinks what is in use, never touches a cgroup that is not only
/// the container's; in mode observe writes nothing below cgroupfs. A second run changes nothing.
/// Blocks as long as the kernel does.
[[nodiscard]] std::vector<FixOutcome> FixFinding(const FixContext& context, Mode mode,
                                                 const Finding& finding, ContainerFacts& facts);

/// One of them, whatever its kind.
[[nodiscard]] FixOutcome ApplyFix(const FixContext& context, Mode mode, const Fix& fix,
                                  ContainerFacts& facts);

/// The files of the container's own cgroup: memory.max, memory.swap.max, memory.oom.group,
/// memory.low, pids.max, hugetlb.SIZE.max. The cgroup is opened again and believed only with the
/// same inode. Where the cgroup is a systemd unit's own, the text says that it will not last.
[[nodiscard]] FixOutcome FixCgroupFile(const FixContext& context, Mode mode, const Fix& fix,
                                       ContainerFacts& facts);

/// On cgroup v1 memory.memsw.limit_in_bytes counts memory and swap together, so that a memory limit
/// which FixCgroupFile has just lowered (`lowered`) leaves more to swap: it goes down with it, to
/// as much swap as there was. Where that much is in use already it stays as it is, and the text
/// says how much may be swapped now. nullopt: nothing to keep, as `lowered` is another fix, or
/// there is no limit of both.
[[nodiscard]] std::optional<FixOutcome> KeepSwapOfV1(const FixContext& context,
                                                     const FixOutcome& lowered,
                                                     ContainerFacts& facts);

/// The size of a tmpfs of the container's, /dev/shm included, reached through /proc/PID/root
/// without following a link inside the container; never one of the host's, and never so small that
/// what it holds would fill it.
[[nodiscard]] FixOutcome FixTmpfs(const FixContext& context, const SetTmpfsSize& fix,
                                  ContainerFacts& facts);

/// oom_score_adj of the container's init. Raised only: a container that the kernel spares less.
[[nodiscard]] FixOutcome FixOomScoreAdj(const FixContext& context, const SetOomScoreAdj& fix,
                                        ContainerFacts& facts);

}  // namespace headroom
