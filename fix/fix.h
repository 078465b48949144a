#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "container/facts.h"
#include "kernel/mount/mountinfo.h"
#include "policy/engine.h"

namespace headroom {

/// How a fix came out, for people and for the record.
struct FixOutcome {
  bool fixed = false;
  std::string text;  ///< "fixed: ..." with what was read back, or "not fixed: ..." with the reason
};

/// What a fix works on. The two functions are the kernel's; tests put others in their place,
/// since resizing a tmpfs takes root.
struct FixContext {
  HostView host;
  std::string host_shm = "/dev/shm";
  std::function<Status(int root_fd, std::string_view where, Bytes)> resize_tmpfs = ResizeTmpfsAt;
  std::function<Result<FilesystemUse>(const std::string&)> filesystem_use = ReadFilesystemUse;
};

/// Does what policy asked for `finding` with action fix, reads back what was written, and brings
/// `facts` up to date. Never loosens anything, never touches a cgroup that is not only the
/// container's, and writes nothing at all in mode observe. Blocks as long as the kernel does.
[[nodiscard]] FixOutcome ApplyFix(const FixContext& context, Mode mode, const Finding& finding,
                                  ContainerFacts& facts);

/// memory.max of the container's own cgroup: opened again, believed only with the same inode,
/// lowered only, and not below what is in use.
[[nodiscard]] FixOutcome FixMemoryMax(const FixContext& context, Bytes value,
                                      ContainerFacts& facts);

/// The size of the container's tmpfs on /dev/shm, reached through /proc/PID/root without
/// following a link inside the container; never the host's.
[[nodiscard]] FixOutcome FixShm(const FixContext& context, Bytes value, ContainerFacts& facts);

}  // namespace headroom
