#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "explain/study/alloc_failure.h"
#include "explain/study/case.h"
#include "explain/study/eviction.h"

namespace headroom {

/// A SIGTERM of longer ago asked for something else than the end that came.
inline constexpr std::chrono::minutes kLongestGrace{10};

/// Who a sender is to the container.
enum class SenderKind {
  kNone,          ///< not seen, or the kernel
  kMemoryKiller,  ///< a program that kills for want of memory: systemd-oomd, earlyoom, oomd, nohang
  kHand,          ///< a runtime's or an init's: somebody else stands behind it, and was not seen
  kInside,        ///< a process of the container itself
  kOther,
};

/// How the container's init ended when the kernel's OOM killer had no part in it. Pointers are into
/// the Case that it was concluded from.
struct Ending {
  std::optional<ExitStatus> exit;     ///< nullopt: not known
  const SentSignal* fatal = nullptr;  ///< the signal that ended it, where it was seen
  /// SIGTERM to the init before that, from the same hand; nullptr: none was seen.
  const SentSignal* asked = nullptr;
  /// What ended a process of the container, where the init ended by itself with that one's status.
  const SentSignal* inside = nullptr;
  SenderKind sender = SenderKind::kNone;  ///< of `fatal`, else of `inside`
  std::optional<AllocFailure> alloc;      ///< where it aborted, and nobody else made it
  const OomdMark* oomd = nullptr;         ///< systemd-oomd has counted a kill meanwhile
  std::optional<Eviction> eviction;       ///< the kubelet says so, and it may be this kill
  Cause cause = Cause::kUnknown;

  [[nodiscard]] const SentSignal* kill() const { return fatal != nullptr ? fatal : inside; }
  [[nodiscard]] bool IsBy(int signal) const { return exit && exit->signal == signal; }
  /// Of the signal or of a status that tells it of a child.
  [[nodiscard]] bool TellsOf(int signal) const {
    return exit && exit->AsShellTells() == 128 + signal;
  }
};

[[nodiscard]] Ending StudyEnding(const Case& the_case);

/// OOM kills that the generation had counted before its end, each told by a bundle of its own;
/// those that a trace named where that is more. nullopt: the counter could not be compared.
[[nodiscard]] std::optional<std::uint64_t> OomKillsBefore(const Case& the_case);

/// "systemd-oomd", "earlyoom", "oomd" or "nohang"; empty: none of them. Only one that was seen, and
/// that is in the cgroup of the system's service of that name, or of the host itself and runs from
/// where root alone puts programs: names anybody can have.
[[nodiscard]] std::string MemoryKillerName(const SignalSender& sender);

/// Whether what was recorded of /dev/shm shows it full, and is of shortly before the end.
[[nodiscard]] bool ShmWasFull(const Case& the_case);
/// How long before the end that was recorded; nullopt: not known.
[[nodiscard]] std::optional<std::chrono::nanoseconds> ShmAge(const Case& the_case);
/// Whether that is too long, or not known: what it was at the end is not known then.
[[nodiscard]] bool IsShmOld(const Case& the_case);

}  // namespace headroom
