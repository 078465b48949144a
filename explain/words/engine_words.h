#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "container/enrolment/enrolment.h"

namespace headroom {

/// What to do, for the engine that started the container. A line that begins with two blanks is to
/// be typed as it stands, others are sentences. The container is named where its name is plain
/// enough to be typed, as NAME otherwise.

/// A new limit. `swap` as the container has it beside its limit (memory.swap.max): it stays so;
/// nullopt: not known, and then it is left out and said so where the engine may ask for it.
/// `running`: podman, runc and crun change only a container that runs.
[[nodiscard]] std::vector<std::string> RaiseLimitWords(const Enrolment& container, Bytes limit,
                                                       std::optional<Limit> swap, bool running);
/// More time between SIGTERM and SIGKILL than the `grace` that it had.
[[nodiscard]] std::vector<std::string> LongerGraceWords(const Enrolment& container,
                                                        std::chrono::nanoseconds grace);
/// The same limit with swap beside it; empty where the engine has no word for it.
[[nodiscard]] std::vector<std::string> AllowSwapWords(const Enrolment& container, Bytes limit,
                                                      Bytes swap, bool running);
/// Another size of a /dev/shm that is the container's own.
[[nodiscard]] std::vector<std::string> SizeShmWords(const Enrolment& container, Bytes size);
/// Of the host's, which the container and everybody else has.
[[nodiscard]] std::vector<std::string> SizeHostShmWords(Bytes size);

/// For a cgroup that no engine owns: systemd's way where it is a unit, of the system or of a user,
/// the Pod's where the kubelet made it, the file otherwise, as the hierarchy's version names it.
[[nodiscard]] std::vector<std::string> RaiseCgroupWords(std::string_view path, Bytes limit,
                                                        CgroupVersion version = CgroupVersion::kV2);

/// memory.high off, by the file: SetUnitProperties of a container's scope lets systemd write its
/// other limits anew, swap and the group kill among them.
[[nodiscard]] std::vector<std::string> LiftHighWords(std::string_view path);

}  // namespace headroom
