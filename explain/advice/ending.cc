#include <fmt/format.h>

#include <csignal>

#include "explain/advice/advice.h"
#include "explain/advice/eviction.h"
#include "explain/study/load.h"
#include "explain/words/engine_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

void Append(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

Advice AboutGrace(const Case& the_case, const Ending& ending) {
  // What is dropped is not waited for: no time would be long enough.
  if (ending.asked->result == "ignored") {
    return {
        .now = {},
        .cure = {"Its first process has no handler for SIGTERM, and the kernel then drops it: let "
                 "it handle SIGTERM, or run it below an init that passes signals on (--init)."}};
  }
  const auto grace = ending.fatal->at - ending.asked->at;
  Advice advice;
  advice.now = {"Give it longer when it is stopped:"};
  Append(advice.now, LongerGraceWords(the_case.container(), grace));
  advice.cure = {fmt::format(
      "It was still there {} after SIGTERM: let it end sooner when it is asked.", ToText(grace))};
  return advice;
}

Lines AboutMemoryKiller(const std::string& name) {
  if (name == "systemd-oomd") {
    return {
        "systemd-oomd kills where memory pressure or swap use passes its limit; what it "
        "watches, and with which limits:",
        "  oomctl",
        "To spare this container, set ManagedOOMPreference=avoid for its unit, or a limit of "
        "its own that the host can bear."};
  }
  return {
      fmt::format("{} kills when the host runs short of memory, whatever the containers' "
                  "limits: give this container a limit, or the host more room.",
                  name)};
}

Lines AboutShm(const Case& the_case) {
  const Bytes size = the_case.inputs.shm->size->bytes();
  const bool of_host = the_case.inputs.shm->of_host;
  const char* whose = of_host ? "the host's " : "";
  Lines lines = {
      fmt::format("A write to a mapped file on a full tmpfs is answered with SIGBUS. If it needs "
                  "more, make {}/dev/shm larger, for example twice as large ({}):",
                  whose, ToText(size + size))};
  Append(lines,
         of_host ? SizeHostShmWords(size + size) : SizeShmWords(the_case.container(), size + size));
  return lines;
}

Lines AboutAllocFailure(const AllocFailure& alloc) {
  if (alloc.address_space) {
    return {
        "The limit of its address space (ulimit -v, RLIMIT_AS in config.json) refused the "
        "allocation: raise it, or let the program map less."};
  }
  if (alloc.commit) {
    return {"The host's own limit refused the allocation. What sets it:",
            "  sysctl vm.overcommit_memory vm.overcommit_ratio vm.overcommit_kbytes"};
  }
  return {
      "By its own words an allocation failed, and it gave up. Look for a limit of its address "
      "space (ulimit -v), a heap of its own that was full, or one very large request."};
}

/// What is behind the reason to look for.
std::string MemoryText(const Case& the_case) {
  const auto load = FindLoad(the_case);
  if (!load) return "";
  if (load->share_of_limit && *load->share_of_limit >= kMuchOfALimit) {
    return fmt::format(": it was at {:.0f} % of its limit", 100 * *load->share_of_limit);
  }
  return load->had_room ? ": nothing that was recorded points to memory" : "";
}

/// What the sender was doing is in its own log.
Lines AboutSender(const Case& the_case, const SentSignal& kill) {
  if (!kill.sender) return {};
  if (!kill.via.empty()) {
    return {
        "Whoever manages the container asked for it: look at the engine's own log at that time."};
  }
  const std::string who = ProcessText(kill.sender->process.pid, kill.sender->process.comm);
  return {fmt::format("Find out why {} sent it{}.", who, MemoryText(the_case))};
}

Lines WhatToDo(const Case& the_case, const Ending& ending) {
  const SentSignal* kill = ending.kill();
  if (ending.cause == Cause::kUserspaceKiller) {
    const bool seen = kill != nullptr && kill->sender.has_value();
    return AboutMemoryKiller(seen ? MemoryKillerName(*kill->sender) : "systemd-oomd");
  }
  if (ending.cause == Cause::kShmFull) return AboutShm(the_case);
  if (ending.cause == Cause::kAllocFailed) return AboutAllocFailure(*ending.alloc);
  if (ending.cause == Cause::kExternalSigkill && ending.sender != SenderKind::kInside) {
    return AboutSender(the_case, *kill);
  }
  if (ending.cause == Cause::kExternalSigkill) {
    return {
        "It was killed from inside: look for a watchdog or a `timeout` in the container's own "
        "scripts."};
  }
  if (ending.exit && ending.exit->code) {
    return {"The status is the program's own: its log tells why it ended."};
  }
  return {};
}

}  // namespace

Advice EndingAdvice(const Case& the_case, const Ending& ending) {
  if (ending.eviction) return EvictionAdvice(*the_case.container().pod, *ending.eviction);
  const bool by_sigterm = ending.asked != nullptr && ending.fatal != nullptr;
  if (by_sigterm && ending.cause == Cause::kExternalSigkill) return AboutGrace(the_case, ending);
  return {.now = WhatToDo(the_case, ending), .cure = {}};
}

}  // namespace headroom
