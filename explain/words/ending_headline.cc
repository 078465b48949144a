#include "explain/words/ending_headline.h"

#include <fmt/format.h>

#include <csignal>

#include "explain/study/not_oom.h"
#include "explain/words/eviction_statements.h"
#include "explain/words/signal_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::string TimeText(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (the_case.killed_wall) return ", " + ToPersonalText(*the_case.killed_wall);
  return incident && incident->detected_wall ? ", " + ToPersonalText(*incident->detected_wall) : "";
}

/// Of one that had ended before it could be looked at there is only the name that it gave itself.
std::string SenderName(const SentSignal& kill) {
  const NamedProcess& process = kill.sender->process;
  if (kill.sender->seen || process.comm.empty()) return ProcessText(process.pid, process.comm);
  return fmt::format("pid {}, which calls itself {}", process.pid, Shown(process.comm));
}

/// Behind the name: "was killed with SIGKILL by pid 505 bash".
std::string BySigkill(const Ending& ending, bool not_oom) {
  const SentSignal* kill = ending.fatal;
  if (kill == nullptr && ending.eviction) return EvictedText(*ending.eviction);
  if (kill == nullptr && ending.oomd != nullptr) return "was killed by systemd-oomd";
  if (kill == nullptr) {
    return fmt::format("was killed with SIGKILL{}; who sent it was not seen",
                       not_oom ? ", not by the OOM killer" : "");
  }
  if (!kill->sender) {
    return fmt::format("was killed with SIGKILL by the kernel{}",
                       not_oom ? ", not by its OOM killer" : "");
  }
  const std::string name = MemoryKillerName(*kill->sender);
  if (!name.empty()) return "was killed by " + name;
  if (ending.eviction) return EvictedText(*ending.eviction);
  if (ending.asked != nullptr) {
    const std::string later = ToText(kill->at - ending.asked->at);
    return kill->via.empty() ? fmt::format("was stopped by {}: SIGTERM, and SIGKILL {} later",
                                           SenderName(*kill), later)
                             : fmt::format("was stopped: SIGTERM, and SIGKILL {} later, via {}",
                                           later, Shown(kill->via));
  }
  if (!kill->via.empty()) return fmt::format("was killed with SIGKILL, via {}", Shown(kill->via));
  return fmt::format("was killed with SIGKILL by {}{}", SenderName(*kill),
                     ending.sender == SenderKind::kInside ? ", a process of its own" : "");
}

std::string ByItself(const Ending& ending) {
  std::string head = fmt::format("ended by itself with status {}", *ending.exit->code);
  if (ending.inside != nullptr) {
    return fmt::format("{}, after {} had ended a process in it", head,
                       SignalName(ending.inside->signal));
  }
  if (ending.cause == Cause::kNotKilled) return head + "; nobody killed it";
  return head;
}

std::string ReasonText(const Case& the_case, const Ending& ending) {
  if (ending.cause == Cause::kShmFull) {
    const auto& shm = the_case.inputs.shm;
    return shm && shm->of_host ? ": the host's /dev/shm was full" : ": its /dev/shm was full";
  }
  if (ending.cause != Cause::kAllocFailed) return "";
  if (ending.alloc->said) return "; it said that it got no memory";
  return ending.alloc->address_space ? "; its address space was at its limit"
                                     : "; the host had no memory left to promise";
}

std::string HowText(const Case& the_case, const Ending& ending) {
  const bool not_oom = IsNotOomKill(the_case);
  if (!ending.exit) {
    return fmt::format("was killed{}", not_oom ? ", and not by the kernel's OOM killer" : "");
  }
  const std::string full = ReasonText(the_case, ending);
  if (ending.exit->code) return ByItself(ending) + full;
  if (ending.IsBy(SIGKILL)) return BySigkill(ending, not_oom);
  const SentSignal* kill = ending.fatal;
  const std::string name = SignalName(*ending.exit->signal);
  const bool by_other =
      kill != nullptr && kill->sender && kill->sender->process.pid != kill->target;
  if (by_other) return fmt::format("was ended with {} by {}", name, SenderName(*kill));
  if (ending.IsBy(SIGABRT) && kill != nullptr) return "aborted itself (SIGABRT)" + full;
  return "died of " + name + full;
}

}  // namespace

std::string ExitText(const std::optional<ExitStatus>& exit) {
  return exit ? fmt::format(", exit {}", exit->AsShellTells()) : "";
}

std::string EndingHeadline(const Case& the_case, const Ending& ending) {
  const bool is_said = ending.exit && ending.exit->code;
  return fmt::format("{} {}{}{}", WhoText(the_case.container()), HowText(the_case, ending),
                     TimeText(the_case), is_said ? "" : ExitText(ending.exit));
}

}  // namespace headroom
